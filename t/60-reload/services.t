# SPDX-License-Identifier: BSD-2-Clause
# Services come, change and go by reload; the caller is told what changed.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my ($one, $two) = backends(qw(one two));
	my ($p, $q, $r) = (free_port, free_port, free_port);
	my $web = "  web: {listen: \"127.0.0.1:$p\", backends: [\"${\$one->address}\"]}\n";
	my $api = "  api: {listen: \"127.0.0.1:$q\", backends: [\"${\$two->address}\"]}\n";
	my $h = heddle("services:\n$web");
	my @pids = ($h->worker_pids, $h->control_pid, $h->pid);
	is($h->stats->{generation}, 1, 'the first generation') or diag($h->stats->{generation});
	my ($code, $out) = $h->reload;
	is_deeply([$code, $out =~ /nothing changed/ ? 'told' : $out], [0, 'told'],
		'nothing changed');
	($code, $out) = $h->reload("services:\n$web$api");
	is($code, 0, 'a service is added');
	like($out, qr/services\.api/, '... and named');
	is(who($q), 'two', '... and serves');
	my $both = "[\"127.0.0.1:$q\", \"127.0.0.1:$r\"]";
	($code, $out) = $h->reload("services:\n$web" . $api =~ s/"127.0.0.1:$q"/$both/r);
	is($code, 0, 'an address is added');
	is(who($_), 'two', "port $_") for $q, $r;
	is(($h->reload("services:\n$web" . $api =~ s/:$q"/:$r"/r))[0], 0, 'the other is removed');
	ok($h->wait_for(sub { !client($q, timeout => 0.2) }, 5, 'the port to be closed'), 'closed');
	is(who($r), 'two', 'the new one serves');
	is(($h->reload("services:\n$web"))[0], 0, 'the service is removed');
	ok($h->wait_for(sub { !client($r, timeout => 0.2) }, 5, 'the port to be closed'), 'closed');
	is(who($p), 'one', 'the first goes on');
	is_deeply([sort keys %{ $h->stats->{services} }], ['web'], 'the stats know it alone');
	is_deeply([$h->worker_pids, $h->control_pid, $h->pid], \@pids,
		'the processes are the same');
	$h->finish;
});
