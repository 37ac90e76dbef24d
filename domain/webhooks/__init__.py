"""Webhooks (事件回调): events of the platform, told to the systems of tenants and of the mall over HTTP.

回调地址 endpoint: an address with a secret and the events it wants; 投递 delivery: one event on its way to one address;
重放 replay: the same delivery again, under the same id.

Invariants
- An endpoint of a tenant hears of that tenant alone: an event that names no tenant never reaches it.
- Every event reaches every endpoint that wants it at least once, with the same id each time; a receiver that remembers
  the ids does its work once.
- A paused endpoint loses nothing: what happens meanwhile is sent once it is resumed.
- A delivery that was refused is tried again, later and later, and after the last try waits for a person.
- The secret is shown once, kept sealed, and never logged.
"""
