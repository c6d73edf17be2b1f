// The parts of a Flutter app that follow an account. `flutter` is not needed to read it: the lifecycle is one line.

import 'package:signalbox/signalbox.dart';
import 'package:supabase/supabase.dart';

/// The account's notifications, as the server has them.
class Notifications {
  Notifications(this._supabase, this._draw);

  final SupabaseClient _supabase;
  final void Function(List<Map<String, dynamic>> rows) _draw;
  final _rows = <Object?, Map<String, dynamic>>{};
  Watch? _watch;

  void follow() {
    _watch = Watch(
      _supabase,
      'user:${_supabase.auth.currentUser!.id}',
      load: () async {
        final rows = await _supabase
            .from('notifications')
            .select('id, title, body, created_at, read_at');
        _rows
          ..clear()
          ..addEntries(rows.map((row) => MapEntry(row['id'], row)));
        _draw([..._rows.values]);
      },
      change: (change) {
        if (change.table != 'notifications') return;
        final record = change.record;
        if (record == null) {
          _rows.remove(change.oldRecord?['id']);
        } else {
          _rows[record['id']] = record;
        }
        _draw([..._rows.values]);
      },
    );
  }

  /// In Flutter: `AppLifecycleListener(onResume: notifications.resume)`.
  void resume() => _watch?.wake();

  void dispose() => _watch?.stop();
}

/// What a cohort writes: not sent to a private topic, so by `.stream()`, with its losses read again.
Stream<List<Map<String, dynamic>>> chat(
  SupabaseClient supabase,
  String cohort,
  Stream<void> resumes,
) =>
    liveRows(
      supabase,
      'cohort_messages',
      wakes: resumes,
      read: () => supabase
          .from('cohort_messages')
          .select('id, author_name, body, created_at, deleted_at')
          .eq('cohort_id', cohort)
          .order('created_at', ascending: true),
    );

/// After the buyer is back from the provider's page.
Future<String> outcome(SupabaseClient supabase, String checkout, String token) async {
  final status = await waitForPayment(supabase, checkout, token: token);
  return status == null ? '' : '${status.title} ${status.order?['number'] ?? ''}';
}
