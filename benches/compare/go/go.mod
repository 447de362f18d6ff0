module csp-compare-go

go 1.24
