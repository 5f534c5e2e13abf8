El Gobierno presentó este jueves los presupuestos para el próximo año.
Al menos 30 personas resultaron heridas en un choque de trenes cerca de Zaragoza.
El paro subió al 12,5 % en enero, el dato más alto en dos años.
“No habrá más recortes”, aseguró la ministra de Hacienda.
El portavoz no confirmó la fecha de la visita.
El banco central mantiene los tipos de interés
Miles de personas protestaron en la capital contra la reforma de las pensiones.
La empresa invertirá 1.200 millones de euros en una nueva fábrica de baterías.
