"""De Objecten API voor wie zo praat: een ongewijzigde GZAC en Open Formulieren; en /kic/v1/taken van Common Gateway."""
