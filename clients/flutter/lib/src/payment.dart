import 'dart:async';
import 'dart:math';

import 'package:supabase/supabase.dart';

import 'watch.dart';

/// What functions/payment-status answers.
class PaymentStatus {
  PaymentStatus(this.answer);

  final Map<String, dynamic> answer;

  /// processing, paid, in_review, failed, cancelled, expired, unpaid or refunded.
  String get state => answer['state'] as String;

  /// Words to display.
  String get title => (answer['show'] as Map)['title'] as String;
  String get text => (answer['show'] as Map)['text'] as String;

  /// Null: the state is final.
  int? get askAgainInMs => answer['ask_again_in_ms'] as int?;

  /// Why it failed.
  String? get failure => answer['failure'] as String?;

  /// number, status, total_minor, currency. Null: there is none.
  Map<String, dynamic>? get order => answer['order'] as Map<String, dynamic>?;
}

/// There is no such checkout, or it is somebody else's.
class PaymentRefused implements Exception {
  const PaymentRefused(this.code, this.message, this.buyerMessage);

  /// One of docs/errors.md.
  final String? code;
  final String? message;

  /// A sentence to display.
  final String? buyerMessage;

  @override
  String toString() => 'PaymentRefused($code): $message';
}

/// The state is not final, and the time is over. The order may still be made.
class PaymentTimeout implements Exception {
  const PaymentTimeout(this.status);

  /// The last that was heard.
  final PaymentStatus? status;

  @override
  String toString() => 'PaymentTimeout: the payment is ${status?.state}';
}

/// Asks for the status of a checkout until it is final. [token] is that of the checkout's answer, and not needed for a
/// checkout of the account that is signed in. A function that is away is asked again, ever less often. Complete
/// [cancel] to end it with null, as when the page is left.
///
/// Throws [PaymentRefused], or [PaymentTimeout] after [timeout].
Future<PaymentStatus?> waitForPayment(
  SupabaseClient client,
  String checkoutSessionId, {
  String? token,
  void Function(PaymentStatus status)? onStatus,
  Duration timeout = const Duration(minutes: 15),
  Future<void>? cancel,
}) async {
  const backoffSeconds = [2, 4, 8, 15, 30];
  final end = DateTime.now().add(timeout);
  var isCancelled = false;
  var wake = Completer<void>();
  void askNow() {
    if (!wake.isCompleted) wake.complete();
  }

  unawaited(
    cancel?.then((_) {
      isCancelled = true;
      askNow();
    }),
  );
  final user = client.auth.currentUser;
  final watch = user == null
      ? null
      : Watch(
          client,
          'user:${user.id}',
          // What changed before the watch began is passed to no [change], and
          // the first question may have missed it.
          load: askNow,
          change: (change) {
            if (change.record?['checkout_session_id'] == checkoutSessionId) {
              askNow();
            }
          },
        );
  PaymentStatus? last;
  try {
    for (var failures = 0; !isCancelled;) {
      // What is told while the answer is on its way may not be in it.
      wake = Completer<void>();
      final status = await _ask(client, checkoutSessionId, token);
      if (isCancelled) break;
      if (status != null) {
        failures = 0;
        last = status;
        onStatus?.call(status);
        if (status.askAgainInMs == null) return status;
      } else {
        failures++;
      }
      final left = end.difference(DateTime.now());
      if (left <= Duration.zero) throw PaymentTimeout(last);
      final wait = Duration(
        milliseconds: status?.askAgainInMs ??
            backoffSeconds[min(failures, backoffSeconds.length) - 1] * 1000,
      );
      await wake.future.timeout(wait < left ? wait : left, onTimeout: () {});
    }
    return null;
  } finally {
    watch?.stop();
  }
}

/// Null: it cannot be told right now.
Future<PaymentStatus?> _ask(
  SupabaseClient client,
  String checkoutSessionId,
  String? token,
) async {
  try {
    final response = await client.functions.invoke(
      'payment-status',
      body: {
        'checkout_session_id': checkoutSessionId,
        if (token != null) 'token': token,
      },
    ).timeout(const Duration(seconds: 20));
    return PaymentStatus(Map<String, dynamic>.from(response.data as Map));
  } on FunctionException catch (error) {
    // The session may have ended meanwhile: supabase renews it.
    final isSession = error.status == 401 && client.auth.currentUser != null;
    if (error.status >= 500 || error.status == 429 || isSession) return null;
    final answer = error.details is Map ? error.details as Map : const {};
    final message = answer['message'] as String?;
    throw PaymentRefused(
      answer['error'] as String?,
      message,
      answer['buyer_message'] as String? ?? message,
    );
  } catch (_) {
    return null;
  }
}
