{{ union_senders('capacity') }}
