import 'package:signalbox/signalbox.dart';
import 'package:test/test.dart';

Change change(int sequence, int? previous, int transaction) => Change(
      sequence: sequence,
      previous: previous,
      transaction: transaction,
      operation: previous == null ? 'INSERT' : 'UPDATE',
      schema: 'public',
      table: 'orders',
      record: const {'id': '1'},
      oldRecord: null,
    );

Page page({
  List<Change> changes = const [],
  String cursor = 'c',
  String snapshot = '10:10:',
  bool more = false,
  bool gone = false,
}) =>
    Page(
      changes: changes,
      cursor: cursor,
      snapshot: snapshot,
      more: more,
      gone: gone,
    );

List<int> sequences(List<Change> changes) =>
    [for (final one in changes) one.sequence];

void main() {
  test('a change waits until something has been read', () {
    final feed = Feed();
    expect(feed.receive(change(1, null, 5)), isEmpty);
    expect(feed.read(page()), isEmpty);
    expect(feed.isBehind, isFalse);
  });

  test('a change is applied at once when the one before it was', () {
    final feed = Feed()..read(page());
    expect(sequences(feed.receive(change(1, null, 10))), [1]);
    expect(sequences(feed.receive(change(2, 1, 11))), [2]);
    expect(feed.receive(change(4, 3, 13)), isEmpty);
    expect(feed.isBehind, isTrue);
    final answer = page(
      changes: [change(1, null, 10), change(2, 1, 11), change(3, 2, 12)],
      snapshot: '13:13:',
    );
    expect(sequences(feed.read(answer)), [3, 4]);
  });

  test('a transaction that was in progress was not read', () {
    final feed = Feed()..read(page(snapshot: '7:10:7,8'));
    expect(sequences(feed.receive(change(1, null, 8))), [1]);
    expect(feed.receive(change(2, null, 9)), isEmpty);
  });

  test('a change that is told twice within the pages of an answer is applied once', () {
    final feed = Feed()..read(page());
    final first = change(1, null, 10);
    expect(sequences(feed.read(page(changes: [first], more: true))), [1]);
    expect(feed.receive(first), isEmpty);
    expect(feed.read(page(snapshot: '12:12:')), isEmpty);
    expect(feed.isBehind, isFalse);
  });

  test('what else is sent to the topic is no change', () {
    expect(Change.from({'sequence': '1'}), isNull);
    expect(Change.from('text'), isNull);
  });
}
