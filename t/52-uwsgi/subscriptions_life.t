# SPDX-License-Identifier: BSD-2-Clause
# Lives of real uWSGI instances that subscribe: a graceful stop lets running requests end, kill -9
# costs no other request and the node expires, SIGHUP keeps it, --subscribe-freq keeps it known.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Subscribed qw(subscribed);
use Heddle::Uwsgi qw(uwsgi_missing uwsgi_instance);
use Heddle::Child qw(reap);
use Time::HiRes qw(time);

my $missing = uwsgi_missing('python3');
plan(skip_all => $missing) if $missing;

# It says that it has begun, and ends when the file in PATH_INFO is there. All answers have one length.
my $app = <<'END';
import os, time
def application(environment, start_response):
    start_response('200 OK', [('Content-Type', 'text/plain')])
    path = environment['PATH_INFO']
    yield b'%010d\n' % os.getpid()
    while path != '/' and not os.path.exists(path):
        time.sleep(0.01)
    yield b'end'
END

# The next line that is no header.
sub begun { my ($client) = @_; while (defined(my $line = $client->line(10))) { return $line if $line =~ /^\d+$/ } return '' }

on_each_event(sub {
	my $dir = File::Temp->newdir('heddle-subscribe-XXXXXX', TMPDIR => 1);
	chmod 0755, $dir;
	my $s = subscribed(server => 'tolerance: 6s', workers => 2);
	my ($one, $two) = map { uwsgi_instance('a.test', announce => $s->server, app => $app,
		options => ['--processes', 2, '--master-fifo', "$dir/fifo$_"]) } 1 .. 2;
	ok($s->wait_nodes(2), 'two instances');
	my $asked = 0;
	my $failed = sub { $asked += 20; return grep { $_ !~ /^\d+\nend$/ } map { $s->ask('a.test') } 1 .. 20 };
	my $nobody_fails = sub {
		my ($words) = @_;
		my $begin = time;
		my @wrong = $failed->();
		is(scalar @wrong, 0, "$words: no request fails") or diag(explain(\@wrong));
		return time - $begin;
	};

	# HUP: the instance keeps its socket, and announces nothing while it starts anew.
	kill 'HUP', $one->pid;
	my $started = () = $one->output =~ /spawned uWSGI worker/g;
	my @wrong;
	push @wrong, $failed->() until (() = $one->output =~ /spawned uWSGI worker/g) >= $started + 2;
	# a worker that HUP finds between accept() and its first read ends with its client: docs/decisions.md
	cmp_ok(scalar @wrong, '<=', 2, 'HUP: no request fails but those its two workers drop') or diag(explain(\@wrong));
	is(join(' ', grep { $_ ne $one->address } map { $_->{address} } $s->lost($asked)), '', '... none at the other instance');
	$nobody_fails->('afterwards');
	ok($s->wait_nodes(2), '... both are subscribed');

	# A graceful end: it unsubscribes at once, and ends when its requests have.
	my @running = map { $s->begin('a.test', PATH_INFO => "$dir/end") } 1 .. 2;
	is(scalar(grep { begun($_) } @running), 2, 'a request runs at each');
	open my $fifo, '>', "$dir/fifo1" or die "$!";
	syswrite $fifo, 'q';
	ok($s->wait_nodes(1), 'a graceful end unsubscribes');
	ok($s->heddle->wait_log(qr/marking \Q${\$one->address}\E as failed \(unsubscribed\)$/m), '... the right one');
	$nobody_fails->('it gets no more');
	Heddle::write_file("$dir/end", '');
	is(join(' ', map { $_->rest(10) } splice @running), 'end end', '... and its request ends as it should');
	ok(defined reap($one->pid, 20), '... and then it');
	close $fifo;

	# kill -9: refused once, then passed over, then gone.
	$one->start;
	ok($s->wait_nodes(2), 'it is back');
	$one->kill;
	cmp_ok($nobody_fails->('kill -9'), '<', in_time(4), '... nor waits');
	ok($s->wait_nodes(1), 'it expires');
	ok($s->heddle->wait_log(qr/marking \Q${\$one->address}\E as failed \(no announce received in 6 seconds\)$/m), '... the right one');
	my $seen = $s->datagrams('refresh');
	ok(until_true(sub { $s->datagrams('refresh') >= $seen + 2 }, 10), 'the other one announces itself');
	is($s->count->{nodes}, 1, '... and stays known');
	$s->heddle->finish;
});
