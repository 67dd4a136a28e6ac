{{ union_senders('orders') }}
