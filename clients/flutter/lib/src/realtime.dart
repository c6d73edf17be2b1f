// All that calls Realtime: supabase_flutter 3 renames it, and then this file alone changes.

import 'dart:async';

import 'package:supabase/supabase.dart';

/// A private topic that was joined.
class Topic {
  Topic._(this._client, this._channel);

  final SupabaseClient _client;
  final RealtimeChannel _channel;

  /// Joins a private topic. [onJoined] and [onLost] are called whenever it is.
  static Topic join(
    SupabaseClient client,
    String topic, {
    required void Function(Object? payload) onBroadcast,
    required void Function() onJoined,
    required void Function(Object error) onLost,
  }) {
    final channel = client.channel(
      topic,
      opts: const RealtimeChannelConfig(private: true),
    );
    for (final event in const ['INSERT', 'UPDATE', 'DELETE']) {
      channel.onBroadcast(
        event: event,
        // {type, event, payload}, as it was on the wire.
        callback: (message) => onBroadcast(message['payload'] ?? message),
      );
    }
    channel.subscribe((status, error) {
      if (status == RealtimeSubscribeStatus.subscribed) {
        onJoined();
      } else {
        onLost(error ?? 'Realtime: $topic is ${status.name}');
      }
    });
    return Topic._(client, channel);
  }

  Future<void> leave() async {
    await _client.removeChannel(_channel);
  }
}

/// Realtime gets the session's token, renewed where it has ended: an app that wakes has the one that it slept with.
Future<void> signInToRealtime(SupabaseClient client) async {
  var session = client.auth.currentSession;
  if (session != null && session.isExpired) {
    session = (await client.auth.refreshSession()).session;
  }
  await client.realtime.setAuth(session?.accessToken);
}

/// The table's own `.stream()`, on a private channel: others are refused.
Stream<List<Map<String, dynamic>>> rowsOf(
  SupabaseClient client,
  String table,
  List<String> primaryKey,
) =>
    client.from(table).stream(primaryKey: primaryKey, private: true);
