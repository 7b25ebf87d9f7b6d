"""The pages of the matrix, the catalogue, the indicators, data entry and review."""
