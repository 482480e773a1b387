"""Least squares to as many digits as float64 allows, and what else its QR decomposition tells.

extended (pairs of floats) -> design -> factor -> least_squares -> reference, partial_regression
"""
