{{ union_senders('instalments') }}
