# SPDX-License-Identifier: BSD-2-Clause
# Who is measured: each peer is a row that writes its configuration and says how it is started in
# the foreground. All forward to the backend on port 9000, with one worker, no access log, and
# unprivileged where the program can give its rights up.
package Bench::Peers;

use strict;
use warnings;
use Exporter 'import';

our @EXPORT_OK = qw(setup peer missing backend_port heddle_config);

use constant backend_port => 9000;

my ($build, $folder, $sessions);

sub setup {
	($build, $folder, $sessions) = @_;
}

sub put {
	my ($name, $text) = @_;

	open my $file, '>', "$folder/$name" or die "$folder/$name: $!\n";
	print $file $text;
	close $file or die "$folder/$name: $!\n";
	return "$folder/$name";
}

# Settings and services that a workload adds go to the end of their part.
sub heddle_config {
	my ($name, $port, %more) = @_;
	my $settings = $more{settings} // '';
	my $services = $more{services} // "  bench:\n    listen: \"127.0.0.1:$port\"\n"
	    . "    backends: [\"127.0.0.1:@{[backend_port]}\"]\n";

	return put("$name.yaml", <<"END");
user: nobody
workers: 1
worker_sessions: $sessions
pid_file: $folder/$name.pid
log: {to: $folder/$name.log}
${settings}services:
$services
END
}

sub heddle {
	my ($name, $port, $settings) = @_;

	return "$build/heddle", '-c', heddle_config($name, $port, settings => $settings);
}

sub nginx {
	my ($name, $port) = @_;
	my ($module) = grep { -e } map { "$_/ngx_stream_module.so" }
	    qw(/usr/lib/nginx/modules /usr/lib64/nginx/modules /usr/local/libexec/nginx);
	my $load = $module ? "load_module $module;" : '';

	return 'nginx', '-p', $folder, '-c', put("$name.conf", <<"END");
$load
daemon off;
user nobody nogroup;
worker_processes 1;
worker_rlimit_nofile 20000;
pid $folder/$name.pid;
error_log $folder/$name.log error;
events { worker_connections 20000; }
stream {
	access_log off;
	upstream bench { server 127.0.0.1:@{[backend_port]}; }
	server {
		listen 127.0.0.1:$port backlog=4096;
		proxy_pass bench;
		tcp_nodelay on;
	}
}
END
}

# Splicing both ways whatever the load: `option splice-auto` hardly ever does.
sub haproxy {
	my ($name, $port, $splice) = @_;
	my $pipes = $splice ? 'maxpipes 500' : '';
	my $option = $splice ? "option splice-request\n\toption splice-response" : '';

	return 'haproxy', '-db', '-f', put("$name.cfg", <<"END");
global
	user nobody
	group nogroup
	nbthread 1
	maxconn 9000
	$pipes
defaults
	mode tcp
	timeout connect 5s
	timeout client 60s
	timeout server 60s
	$option
listen bench
	bind 127.0.0.1:$port
	maxconn 9000
	backlog 4096
	server backend 127.0.0.1:@{[backend_port]}
END
}

my %peers = (
	'heddle' => [9200, \&heddle],
	'heddle-access-log' =>
	    [9201, sub { heddle(@_, "access_log: {to: $folder/access.log}\n") }],
	'heddle-poll' => [9202, sub { heddle(@_, "event: poll\n") }],
	'relay' => [9191, sub { "$build/bench/relay", 'rw', $_[1], backend_port }],
	'relay-splice' => [9192, sub { "$build/bench/relay", 'splice', $_[1], backend_port }],
	'nginx' => [9101, \&nginx],
	'haproxy' => [9111, sub { haproxy(@_, 0) }],
	'haproxy-splice' => [9112, sub { haproxy(@_, 1) }],
);

sub peer {
	my ($name) = @_;
	my $row = $peers{$name} or die "no peer $name; there are @{[sort keys %peers]}\n";
	my ($port, $command) = @$row;

	return { name => $name, port => $port, command => [$command->($name, $port)] };
}

# Why the peer cannot run here; undef: it can.
sub missing {
	my ($peer) = @_;
	my $program = $peer->{command}[0];

	my @places = $program =~ m{/} ? $program : map { "$_/$program" } split /:/, $ENV{PATH};

	return (grep { -x } @places) ? undef : "$program is not there";
}

1;
