"""Counting rules: small classes with one verb, pure over what they saw before and what they see now.

Terms: line (计数线), crossing (过线), zone (区域), visit (停留), dwell (停留时长), presence (在场), coverage (覆盖率).
"""
