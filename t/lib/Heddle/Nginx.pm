# SPDX-License-Identifier: BSD-2-Clause
# A real nginx before routers that speak uwsgi (uwsgi_pass), with Debian's uwsgi_params.
#
#   my $web = nginx(["127.0.0.1:$one", "127.0.0.1:$two fail_timeout=1s"], 'uwsgi_buffering off;');
#   my ($status, $body) = $web->get('/', 'app.test');
package Heddle::Nginx;

use strict;
use warnings;
use Exporter qw(import);
use File::Temp;

use Heddle;
use Heddle::Child qw(launch end_child reap until_true);
use Heddle::Client;
use Heddle::Http;
use Heddle::Port qw(free_port);

our @EXPORT_OK = qw(nginx nginx_missing);

my @variables = (
	[QUERY_STRING => '$query_string'], [REQUEST_METHOD => '$request_method'],
	[CONTENT_TYPE => '$content_type'], [CONTENT_LENGTH => '$content_length'],
	[REQUEST_URI => '$request_uri'], [PATH_INFO => '$document_uri'],
	[SERVER_PROTOCOL => '$server_protocol'], [REMOTE_ADDR => '$remote_addr'],
	[SERVER_NAME => '$server_name'], [HTTP_HOST => '$host'],
);

sub program { return (grep { -x } '/usr/sbin/nginx', '/usr/local/sbin/nginx')[0] }

# Why a test that needs nginx cannot run here, or ''.
sub nginx_missing { return program() ? '' : 'nginx is not installed' }

sub parameters {
	my $file = '/etc/nginx/uwsgi_params';
	return "include $file;" if -e $file;
	return join "\n", map { "uwsgi_param $_->[0] $_->[1];" } @variables;
}

sub configuration {
	my ($self, $routers, $options) = @_;
	my $dir = $self->{dir};
	my $servers = join ' ', map { "server $_;" } @$routers;
	my $folders = join ' ', map { "${_}_temp_path $dir/$_;" }
		qw(client_body proxy fastcgi uwsgi scgi);
	my $variables = parameters();
	return <<"END";
daemon off; worker_processes 1; pid $dir/pid; error_log $dir/error.log info;
worker_rlimit_nofile 4096;
events { worker_connections 2048; }
http {
access_log off; client_max_body_size 0; large_client_header_buffers 8 32k; $folders
upstream routers { $servers }
server {
listen $self->{address};
location / { uwsgi_pass routers; $variables $options }
} }
END
}

# Routers are servers of an upstream, with parameters of nginx behind the address where there are
# some; options: directives of the location. Started when it listens.
sub nginx {
	my ($routers, $options) = @_;
	my $keep = File::Temp->newdir('heddle-nginx-XXXXXX', TMPDIR => 1);
	chmod 0755, $keep;
	my $self = bless { keep => $keep, dir => "$keep", owner => $$,
		address => '127.0.0.1:' . free_port() }, __PACKAGE__;
	Heddle::write_file("$keep/conf", $self->configuration($routers, $options // ''));
	$self->{pid} = launch({ out => "$keep/out", err => "$keep/out" }, program(), '-p',
		"$keep", '-e', "$keep/error.log", '-c', "$keep/conf");
	until_true(sub { Heddle::Client->new($self->{address}) || defined reap($self->{pid}) }, 20)
		&& !defined reap($self->{pid})
		or die 'nginx did not start: ', Heddle::read_file("$keep/out"), "\n";
	return $self;
}

sub address { return $_[0]{address} }
sub pid { return $_[0]{pid} }
sub log { return Heddle::read_file("$_[0]{dir}/error.log") }
sub client { return Heddle::Client->new($_[0]{address}) // die "nginx: $!\n" }

# (status, body) of what comes for a request that says "Connection: close".
sub ask {
	my ($self, $request, $seconds) = @_;
	my $client = $self->client;
	$client->send($request, $seconds);
	return answer($client, $seconds);
}

# Of a request that was sent, up to the end.
sub answer {
	my ($client, $seconds) = @_;
	my ($head, $body) = split /\r\n\r\n/, $client->rest($seconds), 2;
	$head //= '';
	$body //= '';
	$body = Heddle::Http::unchunk($body) if $head =~ /^transfer-encoding: chunked/mi;
	return ($head =~ m{^HTTP/1\.\d (\d+)} ? $1 : 0, $body);
}

# A GET: the path, the name of the host, further lines of the header.
sub get {
	my ($self, $path, $host, @header) = @_;
	return $self->ask(join "\r\n", "GET $path HTTP/1.1", "Host: $host", 'Connection: close',
		@header, '', '');
}

sub stop { my ($self) = @_; return end_child(delete $self->{pid}, 'QUIT') }

sub DESTROY {
	my ($self) = @_;
	local ($?, $!, $@);
	end_child($self->{pid}, 'KILL') if $self->{pid} && $$ == $self->{owner};
}

1;
