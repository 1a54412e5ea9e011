# SPDX-License-Identifier: BSD-2-Clause
# --fastrouter-stats beside the one of a real uWSGI: both routers have the same options, hear the
# same announcements and carry the same requests; then a reader of the one reads the other.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Child qw(until_true);
use Heddle::OldProgram;
use Heddle::Subscription qw(announcement subscriber);
use Heddle::Uwsgi qw(uwsgi_packet uwsgi_missing uwsgi_router);
use JSON::PP ();

my $missing = uwsgi_missing('fastrouter');
plan skip_all => $missing if $missing;
my $node = backend('script', name => 'node', on => qr/HTTP_HOST/, text => "answer\n");
my $other = backend('script', name => 'other', on => qr/HTTP_HOST/, text => "answer\n");

sub text_of {
	my ($address, $request) = @_;
	my $client = client($address) or return '';
	$client->send($request) if defined $request;
	return $client->rest(10);
}

# Of each value that has a name, in order: the name, and what the value begins with.
sub shape {
	my ($text) = @_;
	return map { s/\d$/0/r } $text =~ /"(\w+":\s*["\[{\d])/g;
}

# Whether all of one list are in the other one, in their order.
sub is_within {
	my ($few, $many, $name) = @_;
	my @left = @$few;
	for (@$many) { shift @left if @left && $left[0] eq $_ }
	is("@left", '', $name);
}

sub request {
	my ($address, $key) = @_;
	my $client = client($address);
	$client->send(uwsgi_packet(HTTP_HOST => $key));
	return $client->rest(10);
}

# A heddle with the options of uwsgi_router(): {address}, {stats}.
sub router {
	my ($server, @options) = @_;
	my ($address, $stats) = map { '127.0.0.1:' . free_port } 1 .. 2;
	my $program = old_program('fastrouter', '--master', '--fastrouter', $address,
		$server ? ('--fastrouter-subscription-server', $server) : (), '--fastrouter-stats', $stats, @options);
	ok($program->wait_log(qr/\*\*\* fastrouter stats server enabled on \Q$stats\E \*\*\*$/m), 'it starts');
	ok($program->wait_log(qr/uWSGI fastrouter subscription server bound on \Q$server\E$/m), '... the server, too') if $server;
	return { program => $program, address => $address, stats => $stats };
}

# Subscribed nodes.
my ($theirs, $ours) = map { '127.0.0.1:' . free_port } 1 .. 2;
my $original = uwsgi_router('fastrouter', $theirs);
my $heddle = router($ours, '--fastrouter-processes', 2);
for my $server ($theirs, $ours) {
	my $sender = subscriber($server);
	$sender->send(announcement('example.com', $node->address, modifier1 => 5, modifier2 => 1, cores => 4, load => 2, weight => 3));
	$sender->send(announcement('other.example:8000', $other->address));
}
my %text;
for ([original => $original], [heddle => $heddle]) {
	my ($name, $router) = @$_;
	ok(until_true(sub { text_of($router->{stats}) =~ /example\.com.*other\.example|other\.example.*example\.com/s }, 10), "$name knows both keys");
	is(request($router->{address}, 'example.com'), "answer\n", "$name carries a request") for 1 .. 4;
	until_true(sub { ($text{$name} = text_of($router->{stats})) =~ /"active_sessions":0/ }, 10);
}
is_within([shape($text{original})], [shape($text{heddle})], 'all that the original says, as it says it, in its order');
my ($said, $says) = map { my $all = JSON::PP->new->decode($text{$_});
	+{ %$all, keys => { map { ($_->{key}, $_) } @{ $all->{subscriptions} } } } } qw(original heddle);
is($says->{$_}, $said->{$_}, $_) for qw(active_sessions cheap);
is_deeply($says->{fastrouter}, [$heddle->{address}, $ours], 'its addresses');
for my $key ('example.com', 'other.example:8000') {
	my ($was, $is) = map { $_->{keys}{$key} } $said, $says;
	is($is->{$_}, $was->{$_}, "$key: $_") for qw(hash hits sni_enabled);
	my ($one, $same) = map { $_->{nodes}[0] } $was, $is;
	is($same->{$_}, $one->{$_}, "$key: $_ of its node") for grep { !/^(?:last_check|wrr)$/ } sort keys %$one;
	cmp_ok(abs($same->{last_check} - $one->{last_check}), '<=', 10, "$key: last_check of its node");
}

# Static nodes, one of them dead.
my @to = ('--fastrouter-to', $node->address, '--fastrouter-to', backend('refusing')->address);
$original = Heddle::Uwsgi::prepare(plugin => 'fastrouter', address => '127.0.0.1:' . free_port, stats => '127.0.0.1:' . free_port);
$original->{arguments} = ['--fastrouter', $original->{address}, '--fastrouter-stats', $original->{stats}, @to];
$original->start;
$heddle = router('', @to);
for ([original => $original], [heddle => $heddle]) {
	my ($name, $router) = @$_;
	is(request($router->{address}, 'k'), "answer\n", "$name carries a request") for 1 .. 3;
	until_true(sub { ($text{$name} = text_of($router->{stats})) =~ /"active_sessions":0/ }, 10);
}
is_deeply([shape($text{heddle})], [shape($text{original})], 'static nodes: the same names, types and order');
my ($list) = map { JSON::PP->new->decode($text{heddle})->{$_} } 'static_nodes';
is_deeply([map { [@$_{qw(name hits)}] } @$list], [[$to[1], 3], [$to[3], 0]], 'names and hits');
is($list->[0]{grace}, 0, 'one is alive');
cmp_ok(abs($list->[1]{grace} - time), '<', 30, 'when the other one has died');

# HTTP, without white space, at a unix socket; and Python's reader.
my $dir = File::Temp->newdir('heddle-stats-XXXXXX', TMPDIR => 1);
chmod 0755, $dir;
my $port = free_port;
my $program = old_program('fastrouter', '--fastrouter', "127.0.0.1:$port", '--fastrouter-to', $node->address,
	'--fastrouter-ss', "$dir/stats", '--stats-http', '--stats-minified', '--chmod-socket=660');
ok($program->wait_log(qr/fastrouter stats server enabled on/), 'one with HTTP');
my $answer = text_of("$dir/stats", "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
like($answer, qr{\AHTTP/1\.0 200 OK\r\nConnection: close\r\nAccess-Control-Allow-Origin: \*\r\nContent-Type: application/json\r\n\r\n\{"version":"\S+ \S+","pid":\d+,}, 'the answer');
unlike($answer =~ s/.*\r\n\r\n//sr, qr/[\n\t]/, '... without white space');
is(sprintf('%o', (stat "$dir/stats")[2] & 0777), '660', 'the mode is that of --chmod-socket');
SKIP: {
	my ($python) = grep { -x } '/usr/bin/python3', '/usr/local/bin/python3' or skip 'python3 is not installed', 1;
	Heddle::write_file("$dir/json", $answer =~ s/.*\r\n\r\n//sr);
	is(`$python -c 'import json; print(sorted(json.load(open("$dir/json"))))' 2>&1`,
		"['active_sessions', 'cheap', 'cwd', 'fastrouter', 'gid', 'pid', 'static_nodes', 'uid', 'version']\n", 'Python reads it');
}
$program->signal('INT');
is($program->ended, 0, 'it ends');
done_testing();
