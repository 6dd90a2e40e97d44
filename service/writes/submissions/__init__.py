"""A quarter's figures on their way from a draft to publication, correction and withdrawal."""
