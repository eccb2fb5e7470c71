"""The bodies that the API's documentation shows, byte for byte: its letter cases and its trailing comma too."""

DOCUMENTED_ORDER = b"""{
"batchName": "My Batch",
"format": "{cvr}-{name}-{type}",
"type": "Revision",
"notificationEmail": "mail@mail.com",
"notificationWebhookUrl": "https://myserver.com/reportwebhook",
"authConfig": null,
"errorAppend": "#error",
"scheduledTime": "2018-01-01 01:00:00",
"items": [
{
"cvr": 34580820,
"format": "1234-{cvr}-{name}",
"internalCustomerId": 1234
},
{
"cvr": 34580821,
"format": "4321-{cvr}-{name}",
"internalCustomerId": 4321
}
],
"IsListener": false,
"TriggerNow": false,
}"""
