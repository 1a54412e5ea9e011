# SPDX-License-Identifier: BSD-2-Clause
# A configured key that should be a regular expression and is none is refused, in the file and by the
# API. Where expressions are off, it is a key like others.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;

my $port = free_port;
sub yaml { return "subscriptions: {apps: {listen: '127.0.0.1:$port', regexp: $_[0], keys: {'$_[1]': '127.0.0.1:1'}}}\n" }

my $h = heddle(yaml('on', '~^a'), workers => 1);
my ($code, $output) = $h->reload(yaml('on', '~('));
like($h->log . $output, qr/error: subscriptions\.apps\.keys\.~\(: missing closing parenthesis/, 'the file');
my $api = Heddle::Api->new($h->control);
is($api->put('subscriptions/apps/~(', ['127.0.0.1:1']), 400, 'the API');
like($api->errors, qr/missing closing parenthesis/, '... which tells why');
is($api->put('subscriptions/apps/~%5Eb', ['127.0.0.1:1']), 201, 'one that is good');
is(($h->reload(yaml('off', '~(')))[0], 0, 'where expressions are off');
ok($h->wait_log(qr/apps: ~\( => new node/), '... it is a key');
$h->finish;
done_testing;
