"""Converters from published weights to CTranslate2 model directories."""
