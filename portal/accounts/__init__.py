"""Who comes in, by what proof and for how long: what the libraries for sign-in, second factors and lockout are told."""
