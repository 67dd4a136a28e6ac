{{ union_senders('deliveries') }}
