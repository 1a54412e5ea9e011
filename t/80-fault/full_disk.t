# SPDX-License-Identifier: BSD-2-Clause
# A full disk stops the logs, not the service, and what is lost is counted.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

plan(skip_all => 'needs /dev/full') if !-w '/dev/full';

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my $port = free_port;
	my $h = heddle(<<"YAML");
log: {to: /dev/full}
access_log: {to: /dev/full, format: json}
services:
  web: {listen: "127.0.0.1:$port", backends: ["${\$one->address}"]}
YAML
	my $result = load($port, connections => 8, limit => 500)->stop(1);
	is(Heddle::Load::failed($result), 0, 'all are served');
	ok($h->wait_for(sub { $h->counter('log_lines_dropped_total') >= 500 }, 5, 'lost lines'),
		'counted');
	$h->finish;
});
