# SPDX-License-Identifier: BSD-2-Clause
# A backend that goes down is a warning, a service without one is an error: also where a backend
# is up that gets no clients by the file.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

my ($one, $two, $idle) = backends(qw(one two idle));
my $port = free_port;
my $h = heddle(<<"YAML");
services:
  web:
    listen: 127.0.0.1:$port
    check: {type: tcp, interval: 100ms, rise: 1, fall: 1}
    backends:
      one: "${\$one->address}"
      two: "${\$two->address}"
      still: {address: "${\$idle->address}", state: drain}
      none: {address: "${\$idle->address}", weight: 0}
YAML
$one->stop;
ok($h->wait_log(qr/ warn control\S* web\/one: down: /), 'one of two');
$two->stop;
ok($h->wait_log(qr/ warn control\S* web\/two: down: /), 'the other one');
ok($h->wait_log(qr/ error control\S* web: down: no backend is usable/), '... and the service');
$idle->stop;
ok($h->wait_log(qr/ warn control\S* web\/none: down: /), 'those without clients go, too');
$idle->start;
ok($h->wait_log(qr/ notice control\S* web\/none: up: /), '... and come back');
unlike($h->log, qr/ web: up: /, '... which helps nobody');
$one->start;
ok($h->wait_log(qr/ notice control\S* web: up: a backend is usable again/), 'one is enough');
is($h->log_count(qr/ error /, 1), 1, 'the error is told once');
$h->finish;
done_testing();
