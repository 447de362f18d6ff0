module csp-http-go

go 1.24
