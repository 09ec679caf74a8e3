// Every rule of trading needs times, so the room of times comes with this one.
@_exported import Time
