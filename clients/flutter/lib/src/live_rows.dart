import 'dart:async';

import 'package:supabase/supabase.dart';

import 'realtime.dart';

/// The rows of [table] that the account may read, now and after each change: for tables whose changes are not sent to a
/// private topic, such as `cohort_messages`. For all others use `Watch`, which loses nothing.
///
/// `.stream()` loses changes between its first read and its subscription, overwrites what came before that read, and
/// ends for good when a reload fails. So it is only asked *when* to read, and its rows are not used: each of its signs
/// is followed by a [read], and so is every [readEvery], and [wakes] (when the app is resumed). When it ends or fails,
/// it is opened again. What is lost all the same is shown after [readEvery].
Stream<List<Map<String, dynamic>>> liveRows(
  SupabaseClient client,
  String table, {
  required Future<List<Map<String, dynamic>>> Function() read,
  List<String> primaryKey = const ['id'],
  Duration readEvery = const Duration(minutes: 1),
  Stream<void> wakes = const Stream.empty(),
  void Function(Object error)? error,
}) {
  const again = Duration(seconds: 5);
  StreamSubscription<List<Map<String, dynamic>>>? signs;
  StreamSubscription<void>? waking;
  Timer? reading;
  Timer? opening;
  var isReading = false;
  var readAgain = false;
  late final StreamController<List<Map<String, dynamic>>> rows;

  Future<void> readNow() async {
    if (isReading) {
      readAgain = true;
      return;
    }
    isReading = true;
    try {
      do {
        readAgain = false;
        final found = await read();
        if (rows.isClosed || !rows.hasListener) return;
        rows.add(found);
      } while (readAgain);
    } catch (failure) {
      // The next sign, or readEvery, reads again.
      error?.call(failure);
    } finally {
      isReading = false;
    }
  }

  Future<void> open() async {
    opening?.cancel();
    await signs?.cancel();
    void reopen() {
      opening?.cancel();
      opening = Timer(again, () => unawaited(open()));
    }

    try {
      await signInToRealtime(client);
      if (!rows.hasListener) return;
      signs = rowsOf(client, table, primaryKey).listen(
        (_) => unawaited(readNow()),
        onError: (Object failure) {
          error?.call(failure);
          reopen();
        },
        onDone: reopen,
      );
    } catch (failure) {
      error?.call(failure);
      reopen();
    }
  }

  rows = StreamController(
    onListen: () {
      reading = Timer.periodic(readEvery, (_) => unawaited(readNow()));
      waking = wakes.listen((_) {
        unawaited(open());
        unawaited(readNow());
      });
      unawaited(open());
      unawaited(readNow());
    },
    onCancel: () async {
      reading?.cancel();
      opening?.cancel();
      await waking?.cancel();
      await signs?.cancel();
    },
  );
  return rows.stream;
}
