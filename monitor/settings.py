"""All settings in one typed place: environment, file, flags."""
