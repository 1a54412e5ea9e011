#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# Checks of type http against a real nginx: what it receives, redirections, HEAD, chunks.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use File::Temp;

my $nginx = program('nginx') or plan(skip_all => 'needs nginx');
my $dir = File::Temp->newdir('heddle-nginx-XXXXXX', TMPDIR => 1);
chmod 0755, $dir;
my ($port, $at) = (free_port, free_port);
# server side includes: a length is not known beforehand, so the body comes in chunks
Heddle::write_file("$dir/chunks.html", 'rea<!--# set var="x" value="1" -->dy ' x 50);
Heddle::write_file("$dir/conf", <<"CONF");
daemon off; worker_processes 1; pid $dir/pid; error_log $dir/error.log;
events {}
http {
	access_log off; client_body_temp_path $dir/b; proxy_temp_path $dir/p; fastcgi_temp_path $dir/f;
	uwsgi_temp_path $dir/u; scgi_temp_path $dir/s;
	types { text/html html; }
	server {
		listen 127.0.0.1:$at;
		root $dir;
		set \$who "\$http_x_who \$http_connection \$http_user_agent \$content_length;";
		location /echo { return 200 "\$request_method \$http_host \$uri?\$args \$who"; }
		location /moved { return 301 /echo; }
		location /sick { return 503; }
		location /chunks.html { ssi on; }
	}
}
CONF
my $server = launch({ out => "$dir/out", err => "$dir/out" }, $nginx, '-p', "$dir", '-e',
	"$dir/error.log", '-c', "$dir/conf");
until_true(sub { my $c = client($at) or return 0; 1 }, 10)
	or BAIL_OUT("nginx: " . Heddle::read_file("$dir/out"));

sub file {
	my ($check) = @_;
	return "services:\n  web:\n    listen: 127.0.0.1:$port\n    check: {type: http, "
		. "interval: 100ms, rise: 1, fall: 1, $check}\n    backends: {n: \"127.0.0.1:$at\"}\n";
}
my $h = heddle(file('path: /'), workers => 1);

# Applied, and the first check that ends afterwards with such a result.
sub check {
	my ($wanted, $check) = @_;
	my ($code, $out) = $h->reload(file($check));
	is($code, 0, $check) or diag($out);
	my $result;
	my $is = sub { my $c = $h->backend('web', 'n')->{check};
		$result = $c->{detail} // $c->{result} // '';
		return $result =~ $wanted };
	ok($h->wait_for($is, 10, $wanted), "... $wanted") or diag($result);
}
check(qr/^status 503, wanted 200-399$/, 'path: /sick');
check(qr/^pass$/, "path: '/echo?a=b', headers: {X-Who: me}, "
	. "body_regex: '^GET 127\.0\.0\.1:$at /echo[?]a=b me close heddle ;\$'");
check(qr/^status 404, wanted 200,204$/, 'path: /none, status: [200, 204]');
check(qr/^pass$/, 'path: /echo, method: POST, host: www.example.net, headers: {user-agent: x/1}, '
	. "body: 'POST www.example.net /echo?  close x/1 0;'");
check(qr/^status 301, wanted 200$/, 'path: /moved, status: 200');
check(qr/^pass$/, 'path: /moved');
check(qr/^the body "ready ready .*" lacks "unready"$/, 'path: /chunks.html, body: unready');
check(qr/^pass$/, q(path: /chunks.html, body_regex: '^(ready ){50}$'));
check(qr/^status 404, wanted 200-399$/, 'path: /none');
check(qr/^pass$/, 'path: /chunks.html, method: HEAD');
end_child($server, 'QUIT');
ok($h->wait_for(sub { ($h->backend('web', 'n')->{check}{detail} // '') eq 'connection refused' }, 10,
	'it to be down'), 'nginx stops: connection refused');
$h->finish;
done_testing();
