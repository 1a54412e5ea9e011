# SPDX-License-Identifier: BSD-2-Clause
# Who is measured: each peer is a row that writes its configuration and says how it is started in
# the foreground. All forward to the backend on port 9000, with one worker, no access log, and
# unprivileged where the program can give its rights up.
package Bench::Peers;

use strict;
use warnings;
use Exporter 'import';

our @EXPORT_OK = qw(setup peer missing add_peers put nginx_load backend_port heddle_config);

use constant backend_port => 9000;

my ($build, $folder, $sessions, $before);

# `before`: a heddle of another build, which the peer heddle-before is.
sub setup {
	($build, $folder, $sessions, $before) = @_;
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

# A service, or what a peer has for it, for each [port, backend port, limit of connections].
sub heddle_services {
	my ($name, @rows) = @_;
	my $services = '';

	for my $row (@rows) {
		my ($port, $backend, $limit) = @$row;
		$services .= "  p$port:\n    listen: \"127.0.0.1:$port\"\n"
		    . "    backends: [\"127.0.0.1:$backend\"]\n"
		    . ($limit ? "    max_connections: $limit\n" : '');
	}
	return "$build/heddle", '-c', heddle_config($name, 0, services => $services);
}

sub limits { my ($port) = @_; return map { [$port + $_, backend_port, $_] } 1, 8, 64 }
sub two_ports { my ($port) = @_; return [$port, backend_port], [$port + 1, backend_port + 1] }

sub nginx {
	my ($name, $port) = @_;

	return nginx_servers($name, [$port, backend_port]);
}

# The line that loads nginx's stream module where that is a file of its own, or ''.
sub nginx_load {
	my ($module) = grep { -e } map { "$_/ngx_stream_module.so" }
	    qw(/usr/lib/nginx/modules /usr/lib64/nginx/modules /usr/local/libexec/nginx);

	return $module ? "load_module $module;" : '';
}

sub nginx_servers {
	my ($name, @rows) = @_;
	my ($zones, $servers) = ('', '');

	for my $row (@rows) {
		my ($port, $backend, $limit) = @$row;
		my $limited = $limit ? "limit_conn p$port $limit;" : '';
		$zones .= "\tlimit_conn_zone \$server_port zone=p$port:1m;\n" if $limit;
		$servers .= "\tserver {\n\t\tlisten 127.0.0.1:$port backlog=4096;\n"
		    . "\t\tproxy_pass 127.0.0.1:$backend;\n\t\ttcp_nodelay on;\n\t\t$limited\n\t}\n";
	}
	my $load = nginx_load();

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
$zones$servers
}
END
}

# Splicing both ways whatever the load: `option splice-auto` hardly ever does.
sub haproxy {
	my ($name, $port, $splice) = @_;

	return haproxy_listens($name, $splice, [$port, backend_port]);
}

sub haproxy_listens {
	my ($name, $splice, @rows) = @_;
	my $pipes = $splice ? 'maxpipes 500' : '';
	my $option = $splice ? "option splice-request\n\toption splice-response" : '';

	my $listens = '';

	for my $row (@rows) {
		my ($port, $backend) = @$row;
		$listens .= "listen p$port\n\tbind 127.0.0.1:$port\n\tmaxconn 9000\n"
		    . "\tbacklog 4096\n\tserver backend 127.0.0.1:$backend\n";
	}

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
${listens}
END
}

my %peers = (
	'heddle' => [9200, \&heddle],
	'heddle-access-log' =>
	    [9201, sub { heddle(@_, "access_log: {to: $folder/access.log}\n") }],
	'heddle-before' => [9203, sub { $before, '-c', heddle_config(@_) }],
	'heddle-poll' => [9202, sub { heddle(@_, "event: poll\n") }],
	'relay' => [9191, sub { "$build/bench/relay", 'rw', $_[1], backend_port }],
	'relay-splice' => [9192, sub { "$build/bench/relay", 'splice', $_[1], backend_port }],
	'relay-splice-256k' =>
	    [9193, sub { "$build/bench/relay", 'splice', $_[1], backend_port, 256 }],
	'relay-splice-1m' =>
	    [9194, sub { "$build/bench/relay", 'splice', $_[1], backend_port, 1024 }],
	'heddle-limits' => [9300, sub { heddle_services($_[0], limits($_[1])) }, 1],
	'nginx-limits' => [9400, sub { nginx_servers($_[0], limits($_[1])) }, 1],
	'heddle-two' => [9210, sub { heddle_services($_[0], two_ports($_[1])) }],
	'nginx-two' => [9121, sub { nginx_servers($_[0], two_ports($_[1])) }],
	'haproxy-two' => [9131, sub { haproxy_listens($_[0], 0, two_ports($_[1])) }],
	'nginx' => [9101, \&nginx],
	'haproxy' => [9111, sub { haproxy(@_, 0) }],
	'haproxy-splice' => [9112, sub { haproxy(@_, 1) }],
);

# Rows of another module: name => [port, sub { command of (name, port) }].
sub add_peers {
	my (%more) = @_;

	%peers = (%peers, %more);
}

sub peer {
	my ($name) = @_;
	my $row = $peers{$name} or die "no peer $name; there are @{[sort keys %peers]}\n";
	my ($port, $command, $first) = @$row;

	# the port to ask whether it has started: the base, or that much above
	return { name => $name, port => $port, asked => $port + ($first // 0),
		command => [$command->($name, $port)] };
}

# Why the peer cannot run here; undef: it can.
sub missing {
	my ($peer) = @_;
	my $program = $peer->{command}[0];

	my @places = $program =~ m{/} ? $program : map { "$_/$program" } split /:/, $ENV{PATH};

	return (grep { -x } @places) ? undef : "$program is not there";
}

1;
