# SPDX-License-Identifier: BSD-2-Clause
# What can go wrong with a body that was collected: its file cannot be read back while it is sent,
# no thread can be started to write it, and the service is changed to one that passes clients on.
use FindBin;
use lib "$FindBin::Bin/../lib";
use File::Temp;
use Heddle::Test;
use Heddle::Api;
use Heddle::Uwsgi qw(uwsgi_post uwsgi_ask uwsgi_counted);
use IO::Socket::INET;
use JSON::PP ();

my $dir = File::Temp->newdir('heddle-body-XXXXXX', TMPDIR => 1);
chmod 0777, $dir;
sub status { my ($answer) = @_; return $answer =~ m{^HTTP/1\.0 (\d+) } ? $1 : $answer }
# The last line of a service: reason, phase, error.
sub last_line { my ($h, $service) = @_;
	my ($line) = grep { $_->{service} eq $service } reverse $h->access(0);
	return $line ? join ' ', map { $_ // '-' } @$line{qw(reason phase error)} : 'none' }

# Reads nothing until it is told, then says how it ended.
my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 8);
my $slow = '127.0.0.1:' . $listener->sockport;
my $reader = spawn(sub {
	while (my $c = $listener->accept) {
		until_true(sub { -e "$dir/read" }, 30);
		my ($size, $n) = (0, 0);
		while ($n = sysread $c, my $bytes, 1 << 16) { $size += $n }
		Heddle::write_file("$dir/got", defined $n ? "$size whole" : "$size cut");
		rename "$dir/got", "$dir/seen";
	}
}, $listener);
close $listener;
my $count = backend('count', address => "$dir/count.sock");
my ($slowly, $port) = (free_port, free_port);
my $yaml = <<"YAML";
services:
  slowly:
    protocol: uwsgi
    listen: 127.0.0.1:$slowly
    error_response: all
    post_buffering: {memory: 8k, dir: $dir}
    backends: ["$slow"]
  sites:
    protocol: uwsgi
    listen: 127.0.0.1:$port
    error_response: all
    post_buffering: {memory: 1m, dir: $dir}
    backends: ["$dir/count.sock"]
YAML

my $h = heddle($yaml, workers => 1);
SKIP: {
	skip('needs /proc', 6) if !-d '/proc/self/fd';
	my $size = 20 << 20;
	my $client = client($slowly);
	$client->send(uwsgi_post($size));
	ok($h->wait_for(sub { ($h->service('slowly')->{bytes_to_backend} // 0) > 0 }, 20, 'the first bytes'),
		'a body is on its way from its file');
	my ($worker) = $h->worker_pids;
	my @files = grep { (readlink($_) // '') =~ /^\Q$dir\E\// } glob "/proc/$worker/fd/*";
	is(@files, 1, 'there is one file');
	truncate $files[0], 1000 or diag("$files[0]: $!");
	Heddle::write_file("$dir/read", '');
	is(status($client->rest(20)), 503, 'it becomes shorter: the client is told');
	ok(until_true(sub { -e "$dir/seen" }, 10), 'the node is, too');
	my ($got, $how) = split / /, Heddle::read_file("$dir/seen");
	ok($how eq 'cut' && $got < $size, '... that it has not got all of it') or diag("$got $how");
	$client->close;
	ok($h->wait_for(sub { last_line($h, 'slowly')
		eq 'out_of_disk relaying the file of its body cannot be read' }, 5, 'its line'), 'the log has it')
		or diag(last_line($h, 'slowly'));
	ok($h->wait_log(qr/error worker\S* slowly: post_buffering: .*cannot be read/), '... the error log, too');
}

# Bodies in memory and in files, of a service that is changed before they are there.
my $api = Heddle::Api->new($h->control);
for my $size (500_000, 3_000_000) {
	my $bytes = uwsgi_post($size);
	my $client = client($port);
	$client->send(substr $bytes, 0, $size / 2);
	ok($h->wait_for(sub { $h->counter('body_memory_bytes') + $h->counter('body_file_bytes') > 0 }, 10,
		'its beginning'), "$size bytes begin to come");
	is(scalar $api->call('PATCH', 'services/sites',
		{ post_buffering => JSON::PP::false, fd_passing => JSON::PP::true }), 200, '  fd_passing');
	$client->send(substr $bytes, $size / 2);
	$client->shut;
	is($client->line(20), uwsgi_counted($bytes), '  the node gets all of it');
	$client->close;
	is(scalar $api->call('PATCH', 'services/sites',
		{ post_buffering => '1m', fd_passing => JSON::PP::false }), 200, '  as it was');
}
$h->finish;

# No thread, as the user has too many processes.
SKIP: {
	skip('needs root and prlimit', 5) if $> != 0 || !program('prlimit') || !defined getpwnam('nobody');
	# the search for leaks is a process of its own, and cannot be started either
	local $ENV{ASAN_OPTIONS} = join ':', $ENV{ASAN_OPTIONS} // (), 'detect_leaks=0';
	$h = heddle("user: nobody\n$yaml" =~ s/memory: 1m/memory: 8k/r, workers => 1,
		wrapper => ['prlimit', '--nproc=1']);
	is(status(uwsgi_ask($port, uwsgi_post(100_000)) =~ s/\r\z//r), 503, 'no thread: a body for a file');
	ok($h->wait_for(sub { last_line($h, 'sites') eq 'out_of_memory buffering no memory for its body' }, 5,
		'its line'), '... is told') or diag(last_line($h, 'sites'));
	ok($h->wait_log(qr/error worker\S* sites: post_buffering: .*no memory for its body/), '... and why');
	is(uwsgi_ask($port, uwsgi_post(8000)), uwsgi_counted(uwsgi_post(8000)), 'what needs no file goes on');
	$h->finish;
}
end_child($reader);
done_testing;
