"""Coupons (优惠券): templates and their stock, which may meet and why, giving them out and taking them at a desk."""
