import 'dart:async';
import 'dart:math';

import 'package:supabase/supabase.dart';

import 'feed.dart';
import 'realtime.dart';

/// Raised by [Watch.ended] when asking again would not help, as for a topic of somebody else.
class WatchRefused implements Exception {
  const WatchRefused(this.message, this.code);

  final String message;

  /// SQLSTATE, or a code of PostgREST.
  final String? code;

  @override
  String toString() => 'WatchRefused($code): $message';
}

/// Watches a private topic, `user:<id>` or `cohort:<id>`: joins it, reads what was missed, and applies what was heard
/// meanwhile; again after sleep, a lost connection, or the end of a token. As clients/web does it.
class Watch {
  /// [change] applies one change: called one after the other, each change once, those of a row in order.
  ///
  /// [load] reads the tables: first, and again when changes are not kept any more (a week). It is retried until it
  /// succeeds, and not called where [cursor], of an earlier watch, is still good.
  ///
  /// [error] is told what went wrong; the watch goes on. [readEvery]: Realtime may drop a message silently, so changes
  /// are also read without any news.
  Watch(
    this._client,
    this._topic, {
    required FutureOr<void> Function(Change change) change,
    FutureOr<void> Function()? load,
    String? cursor,
    void Function(Object error)? error,
    Duration readEvery = const Duration(minutes: 5),
  })  : _change = change,
        _load = load,
        _error = error,
        _readEvery = readEvery,
        _applied = cursor,
        _feed = Feed(cursor) {
    unawaited(ready.then<void>((_) {}, onError: (_) {}));
    unawaited(ended.then<void>((_) {}, onError: (_) {}));
    _ticking = Timer.periodic(_tick, (_) => _onTick());
    unawaited(_join());
  }

  static const _page = 500;
  static const _tick = Duration(seconds: 5);

  /// A timer that comes so late has slept.
  static const _slept = Duration(seconds: 90);

  /// How often is read while the topic is not joined.
  static const _readUnjoined = Duration(seconds: 15);
  static const _backoffSeconds = [1, 2, 5, 10, 30];

  /// Codes that another try answers in the same way.
  static const _final = {'42501', '22023', 'PGRST202'};

  final SupabaseClient _client;
  final String _topic;
  final FutureOr<void> Function(Change change) _change;
  final FutureOr<void> Function()? _load;
  final void Function(Object error)? _error;
  final Duration _readEvery;
  final _ready = Completer<void>();
  final _ended = Completer<void>();
  final _timers = <Timer>{};

  Feed _feed;
  String? _applied;
  Topic? _joinedTopic;
  late final Timer _ticking;
  Future<void> _applying = Future.value();

  /// Counts joins: what an earlier channel tells is not listened to.
  int _generation = 0;
  bool _stopped = false;
  bool _joined = false;
  bool _joining = false;
  bool _joinAgain = false;
  bool _wasRead = false;
  bool _reading = false;
  bool _readAgain = false;
  int _failedJoins = 0;
  int _failedReads = 0;
  int _behind = 0;
  DateTime _lastRead = DateTime.fromMillisecondsSinceEpoch(0);
  DateTime _lastTick = DateTime.now();

  /// All changes before it were passed to `change`: save it when they are saved. Null: nothing has been read yet.
  String? get cursor => _applied;

  /// The tables were loaded, the changes since the cursor applied, and the topic joined.
  Future<void> get ready => _ready.future;

  /// Completes when the watch was stopped; with a [WatchRefused] when it cannot go on.
  Future<void> get ended => _ended.future;

  /// Signs in to Realtime again, joins and reads. Call it when the app is resumed (`AppLifecycleListener.onResume`).
  void wake() {
    if (_stopped) return;
    _failedJoins = 0;
    unawaited(_join());
    unawaited(_read());
  }

  void stop() => _end(null);

  void _report(Object error) {
    if (!_stopped) _error?.call(error);
  }

  void _after(Duration wait, void Function() work) {
    late final Timer timer;
    timer = Timer(wait, () {
      _timers.remove(timer);
      if (!_stopped) work();
    });
    _timers.add(timer);
  }

  Duration _backoff(int failures) {
    final seconds =
        _backoffSeconds[min(failures, _backoffSeconds.length) - 1];
    return Duration(
      milliseconds: (seconds * 1000 * (1 + Random().nextDouble() / 4)).round(),
    );
  }

  void _checkReady() {
    if (_joined && _wasRead && !_ready.isCompleted) _ready.complete();
  }

  /// In the order of the calls, one after the other.
  Future<void> _inTurn(FutureOr<void> Function() work) {
    final turn = _applying.then((_) => work());
    _applying = turn.then<void>((_) {}, onError: (_) {});
    return turn;
  }

  void _apply(List<Change> changes) {
    final from = _feed;
    for (final change in changes) {
      unawaited(
        _inTurn(() => _stopped || _feed != from ? null : _change(change))
            .then<void>((_) {}, onError: _report),
      );
    }
  }

  Future<Page> _ask() async {
    try {
      final answer = await _client.rpc<dynamic>(
        'changes_since',
        params: {'topic': _topic, 'cursor': _feed.cursor, 'at_most': _page},
      );
      return Page.from(Map<String, dynamic>.from(answer as Map));
    } on PostgrestException catch (error) {
      if (_final.contains(error.code)) {
        throw WatchRefused(error.message, error.code);
      }
      rethrow;
    }
  }

  Future<void> _loadTables() async {
    try {
      await _load?.call();
    } catch (_) {
      // Before the next turn: what was to be applied after it is read with the tables.
      _feed = Feed();
      rethrow;
    }
  }

  Future<void> _readAll() async {
    var more = true;
    while (more && !_stopped) {
      final begins = _feed.cursor == null;
      final page = await _ask();
      if (_stopped) return;
      final changes = _feed.read(page);
      more = page.more || page.gone;
      // Both take their turns now: what is told while it loads comes after them.
      final loading = begins || page.gone ? _inTurn(_loadTables) : null;
      _apply(changes);
      await loading;
      await _inTurn(() => _applied = page.cursor);
    }
  }

  Future<void> _read() async {
    if (_reading) {
      _readAgain = true;
      return;
    }
    _reading = true;
    try {
      do {
        _readAgain = false;
        _lastRead = DateTime.now();
        await _readAll();
        _failedReads = 0;
      } while (_readAgain && !_stopped);
      _wasRead = true;
      _checkReady();
      // What was broadcast after the question was asked may wait for what committed after it.
      if (_feed.isBehind) {
        final wait = min(20 << min(_behind++, 11), 30000);
        _after(Duration(milliseconds: wait), () => unawaited(_read()));
      } else {
        _behind = 0;
      }
    } on WatchRefused catch (error) {
      _end(error);
    } catch (error) {
      _report(error);
      _after(_backoff(++_failedReads), () => unawaited(_read()));
    } finally {
      _reading = false;
    }
  }

  Future<void> _leave() async {
    _joined = false;
    _generation++;
    final topic = _joinedTopic;
    _joinedTopic = null;
    try {
      await topic?.leave();
    } catch (_) {
      // A socket that is gone has left too.
    }
  }

  Future<void> _join() async {
    if (_joining) {
      _joinAgain = true;
      return;
    }
    _joining = true;
    try {
      do {
        _joinAgain = false;
        await _leave();
        await signInToRealtime(_client);
        if (!_stopped) _open();
      } while (_joinAgain && !_stopped);
    } catch (error) {
      _report(error);
      _joinLater();
    } finally {
      _joining = false;
    }
  }

  void _joinLater() {
    _after(_backoff(++_failedJoins), () {
      if (_joinedTopic == null && !_joining) unawaited(_join());
    });
  }

  void _open() {
    final mine = _generation;
    bool isOld() => mine != _generation || _stopped;
    _joinedTopic = Topic.join(
      _client,
      _topic,
      onBroadcast: (payload) {
        final change = Change.from(payload);
        if (isOld() || change == null) return;
        _apply(_feed.receive(change));
        if (_feed.isBehind && !_reading && _failedReads == 0 && _behind == 0) {
          unawaited(_read());
        }
      },
      onJoined: () {
        if (isOld()) return;
        _joined = true;
        _failedJoins = 0;
        _checkReady();
        unawaited(_read());
      },
      // A channel that its server closed, as at a token's end, is joined again by nobody else.
      onLost: (error) {
        if (isOld()) return;
        unawaited(_leave());
        _report(error);
        _joinLater();
      },
    );
  }

  void _onTick() {
    final now = DateTime.now();
    final slept = now.difference(_lastTick) > _slept;
    _lastTick = now;
    final quiet = now.difference(_lastRead);
    if (slept) {
      wake();
    } else if (!_reading &&
        _failedReads == 0 &&
        quiet > (_joined ? _readEvery : _readUnjoined)) {
      unawaited(_read());
    }
  }

  void _end(WatchRefused? error) {
    if (_stopped) return;
    _stopped = true;
    _ticking.cancel();
    for (final timer in _timers) {
      timer.cancel();
    }
    unawaited(_leave());
    if (!_ready.isCompleted) {
      _ready.completeError(error ?? StateError('The watch was stopped'));
    }
    error == null ? _ended.complete() : _ended.completeError(error);
  }
}
