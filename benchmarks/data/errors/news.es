El presidente de Chile, Andrés Valverde, viajará el 24 de febrero a Alemania para firmar un acuerdo de 1.500 millones de euros.
El ministro de Energía, Tomás Ibarra, negó este martes que el Gobierno vaya a subir las tarifas.
“No habrá cortes de luz este invierno”, aseguró Ibarra ante 300 empresarios en Santiago.
La empresa noruega Nordvind construirá tres parques eólicos en la Patagonia antes de 2027.
La oposición, encabezada por Lucía Montero, no asistió a la reunión, que duró cuatro horas.
El consumo de electricidad subió un 12,5 % en enero, según la OCDE.
Un terremoto de magnitud 6,1 sacudió el viernes la isla griega de Creta y dejó al menos 15 heridos.
El alcalde de Heraclión, Nikos Stavrou, pidió a los vecinos que no volvieran a sus casas.
Unas 2.000 personas pasaron la noche en tiendas de campaña, informó la Cruz Roja.
“Nunca habíamos sentido algo así”, dijo Eleni Markou, dueña de un hotel cercano al puerto.
El primer ministro, que estaba en Bruselas, suspendió su visita y llegó a Creta el sábado.
Los daños superan los 40 millones de euros, y las escuelas seguirán cerradas hasta el lunes.
La cantante portuguesa Inês Duarte canceló seis conciertos en Japón por una lesión.
El Teatro Real de Madrid reabrirá el 3 de octubre con una ópera de Verdi dirigida por Marta Soler.
Soler explicó que el montaje, que costó dos millones de euros, no usará decorados.
“Es la música la que tiene que llenar el escenario”, afirmó la directora.
Las entradas, que van de 20 a 180 euros, se agotaron en menos de una hora.
El museo de Lisboa no prestará el cuadro, confirmó su director, Rui Tavares.
El apagón duró 9 horas y dejó sin luz a los pueblos del valle.
