# SPDX-License-Identifier: BSD-2-Clause
# The health URLs tell the truth about heddle and about its services.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

my $one = backend('named', name => 'one');
my ($port, $other) = (free_port, free_port);
my $h = heddle(<<"YAML");
drain_delay: 10s	# ends with the TERM of finish()
services:
  web:
    listen: 127.0.0.1:$port
    check: {type: tcp, interval: 100ms, rise: 1, fall: 1}
    backends: ["${\$one->address}"]
  idle: {listen: "127.0.0.1:$other", backends: [{address: "${\$one->address}", weight: 0}]}
YAML
is($h->health($_), 200, $_) for qw(/_health/live /_health/ready /_health /_health?service=web);
is($h->health('/_health?service=idle'), 503, 'weight 0 serves nobody');
is($h->health('/_health?service=web&service=idle'), 503, 'two, one of which does not');
$one->stop;
ok($h->wait_for(sub { $h->health('/_health?service=web') == 503 }, 5, 'the check to fail'),
	'a service without backends');
my ($status, $body) = $h->get('/_health?service=web');
like($body, qr/"services":\{"web":"down"\}/, '... is named');
is($h->health('/_health/ready'), 200, 'heddle itself is ready');
$one->start;
ok($h->wait_for(sub { $h->health('/_health?service=web') == 200 }, 5, 'the check to pass'),
	'and up again');
$h->wait_log(qr/ web\/\S+ up: /);
my @lines = grep { /web\// } split /\n/, $h->log;
my $address = quotemeta $one->address;
my $refused = 'connection refused \(1 of 1\)';
like($lines[0], qr/warn control\S* web\/$address: down: tcp $address: $refused/,
	'its words when it goes down');
like($lines[1], qr/notice control\S* web\/$address: up: tcp $address \(1 of 1\), downtime: \d/,
	'and when it comes back');
$h->signal('QUIT');
ok($h->wait_for(sub { $h->health == 503 }, 5, 'readiness to go first'), 'not ready any more');
$h->finish;
done_testing();
