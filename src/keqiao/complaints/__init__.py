"""Complaints: what somebody says is wrong with something shown here, who looks into it until when, and the answer.

It knows the thing complained about as a plain kind, code and address, and not what a need, an offer or a dispatch is.
"""
