#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# Checks of type uwsgi against a real uWSGI: an application that answers 503 is down, and up again
# when it answers 200; what it receives; a block that is too large for it; an instance that stops.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Uwsgi qw(uwsgi_missing uwsgi_instance);
use JSON::PP qw(decode_json);

my $missing = uwsgi_missing('python3');
plan(skip_all => $missing) if $missing;
my $port = free_port;
my $app = uwsgi_instance('check', app => <<'END');
import json, os
here = os.path.dirname(os.path.abspath(__file__))
def application(environment, start_response):
    with open(here + '/last.new', 'w') as out:
        json.dump({k: v for k, v in environment.items() if isinstance(v, str)}, out)
    os.rename(here + '/last.new', here + '/last')
    with open(here + '/status') as status:
        start_response(status.read(), [('Content-Type', 'text/plain')])
    return [environment['REQUEST_METHOD'].encode()]
END
sub answer {
	Heddle::write_file("$app->{dir}/status.new", $_[0]);
	rename "$app->{dir}/status.new", "$app->{dir}/status" or die "rename: $!\n";
}
sub last_request { return decode_json(Heddle::read_file("$app->{dir}/last")) }
answer('200 OK');

sub file {
	my ($check) = @_;
	return "services:\n  app:\n    listen: 127.0.0.1:$port\n    check: {type: uwsgi, "
		. "interval: 50ms, rise: 2, fall: 2$check}\n    backends: {one: \"${\$app->address}\"}\n";
}
my $h = heddle(file(', vars: {PATH_INFO: /health, QUERY_STRING: a=b}, expect: 200'), workers => 1);
sub becomes {
	my ($status, $detail, $name) = @_;
	my $is = '';
	ok($h->wait_for(sub { my $b = $h->backend('app', 'one');
		$is = "$b->{status} " . ($b->{check}{detail} // $b->{check}{result} // '');
		return $is =~ /^$status $detail$/ }, 20, $name), $name) or diag("$is, wanted $status $detail");
}
becomes('up', 'pass', 'the application answers 200');
my $got = last_request();
my ($host, $at) = split /:/, $app->address;
is_deeply([@$got{qw(PATH_INFO QUERY_STRING REQUEST_URI REQUEST_METHOD SERVER_PROTOCOL HTTP_HOST
	SERVER_NAME SERVER_PORT REMOTE_ADDR CONTENT_LENGTH HTTP_USER_AGENT)}],
	['/health', 'a=b', '/health?a=b', 'GET', 'HTTP/1.1', $host, $host, $at, '127.0.0.1', '',
	'heddle'], '... and has received the variables');
for my $round (1, 2) {
	answer('503 Not Ready');
	becomes('down', 'status 503, wanted 200', "round $round: 503 takes it down");
	answer('200 OK');
	becomes('up', 'pass', '... and 200 brings it up');
}
my $where = quotemeta 'uwsgi ' . $app->address . '/health';
is($h->log_count(qr/down: $where: status 503, wanted 200 \(2 of 2\)/, 2), 2, 'two lines of deaths');
is($h->log_count(qr/up: $where \(2 of 2\), downtime: /, 2), 2, '... and two of lives');

is(($h->reload(file(', vars: {X: ' . 'x' x 5000 . '}')))[0], 0, 'a large block');
becomes('down', '.*uWSGI takes 4096 unless its buffer-size is larger', '... is too large for uWSGI');
is(($h->reload(file(', modifier1: 5')))[0], 0, 'a modifier without a plugin');
becomes('down', '(?:the answer is missing: closed without one|status 5\d\d.*)', '... is no answer');
is(($h->reload(file(', vars: {REQUEST_METHOD: HEAD}')))[0], 0, 'HEAD');
becomes('up', 'pass', '... passes');
$app->kill;
becomes('down', 'connection refused', 'the instance is killed');
$app->start;
becomes('up', 'pass', '... and started again');
$app->stop;
$h->finish;
done_testing();
