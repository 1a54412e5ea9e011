/* SPDX-License-Identifier: BSD-2-Clause */
#include "compat/fastrouter_refused.h"

#include <string.h>

#include "core/base.h"

struct refused_names {
	const char *names;	/* with blanks between; one that ends in * is a beginning */
	const char *why;
};

static const struct refused_names refusals[] = {
	{ "fastrouter-use-socket",
	  "heddle has no socket of an application: give --fastrouter-to with that of the uWSGI "
	  "instance" },
	{ "fastrouter-zerg zerg* zerg-pool* zergpool*",
	  "heddle gives its sockets to its own processes alone: let one program open the socket, "
	  "give it to each, and write fd://N" },
	{ "emperor* vassal* vassals-*",
	  "heddle is no Emperor; --fastrouter-emperor-socket names the one that starts vassals" },
	{ "stats stats-server stats-push stats-pusher-default-freq stats-no-cores "
	  "stats-no-metrics",
	  "there is no instance to tell of: --fastrouter-stats has the figures of the router" },
	{ "subscription-tolerance-inactive",
	  "vassals have the tolerance of all nodes: --subscription-tolerance" },
	{ "http http-* https* rawrouter* sslrouter* forkptyrouter* tuntap* ssl-* sni* fastcgi-* "
	  "scgi-* raw-* protocol socket-protocol udp",
	  "heddle fastrouter carries the uwsgi protocol only" },
	{ "socket uwsgi-socket suwsgi-socket ssl-socket http-socket http11-socket "
	  "https-socket fastcgi-socket scgi-socket raw-socket puwsgi-socket map-socket s p "
	  "w H t processes workers threads cheaper cheap async loop ugreen gevent asyncio "
	  "wsgi wsgi-file wsgi-file2 module eval callable mount pyargv paste pecan pump lin "
	  "home virtualenv venv pyhome pythonpath python-path pp pymodule-alias pyimport "
	  "import shared-import spooler-import psgi perl rack rails rvm ruby lua lua-load "
	  "cgi php-docroot php-set php-index go-load dumb-http need-app no-default-app "
	  "manage-script-name single-interpreter lazy lazy-apps py-autoreload "
	  "py-auto-reload mule mules spooler static-map static-index check-static route "
	  "route-uri route-host max-requests max-worker-lifetime min-worker-lifetime "
	  "reload-mercy worker-reload-mercy reload-on-as reload-on-rss evil-reload-on-as "
	  "evil-reload-on-rss harakiri harakiri-verbose buffer-size post-buffering "
	  "post-buffering-bufsize offload-threads thunder-lock max-vars limit-post "
	  "touch-reload touch-chain-reload env attach-daemon attach-daemon2 "
	  "smart-attach-daemon cron cron2 subscribe subscribe-to subscribe2 st subscribe-* "
	  "unsubscribe-* start-unsubscribed weight auto-weight subscription-notify-socket "
	  "notify-socket subscription-clear-on-shutdown cheaper-* idle queue* sharedarea "
	  "cache-* add-cache* load-file-in-cache* spooler-* route-* error-route* "
	  "response-route* final-route* static-* check-static* mime-file mule-* farm* "
	  "lazy-* py-* python-* pymodule* pep3333* psgi-* perl-* rack-* rails-* ruby-* "
	  "lua-* cgi-* php-* web3* wsgi-* ping* legion* rpc-* signal* worker-* limit-as "
	  "reload-* touch-* file-* post-pymodule* add-header* threads-* thread* task* "
	  "micheaper* mono* jvm* collect-header* response-header* harakiri-* no-harakiri-* "
	  "cron-* unique-* smart-* attach-* ignore-* write-errors* http-socket-* fs-* "
	  "honour-* chunked-* dot-h* websocket* bind-to-worker* map-socket",
	  "heddle runs no application: let a uWSGI serve the same inherited socket" },
	{ "xml xmlconfig yaml yml json js x y j include inherit config config-py",
	  "heddle fastrouter reads ini files only" },
	{ "if-* if-env if-file if-exists if-dir if-opt if-not-env "
	  "if-not-file if-not-exists if-not-opt endif end-if for for-glob for-times endfor "
	  "end-for declare-option",
	  "heddle fastrouter reads options and their values only: write what comes out" },
	{ "chdir chdir2", "start heddle fastrouter in that folder" },
	{ "abstract-socket a", "write @NAME as the address" },
	{ "chown-socket", "chown the socket once it is there, or use `listen` of heddle.yaml" },
	{ "umask", "set the umask of the shell; --chmod-socket sets the mode of unix sockets" },
	{ "need-plugin need-plugins plugin-dir plugins-dir plugin-list plugins-list autoload",
	  "heddle has no plugins: leave it out" },
	{ "no-fd-passing",
	  "heddle passes descriptors only with `fd_passing` of heddle.yaml: leave it out" },
	{ "so-sndbuf so-rcvbuf socket-sndbuf socket-rcvbuf",
	  "the system sizes the buffers of sockets: leave it out" },
	{ "tcp-fast-open tcp-fast-open-client freebind",
	  "heddle has no such switch for its sockets: leave it out" },
	{ "procname* auto-procname prefix-procname append-procname",
	  "heddle names its processes itself: leave it out" },
	{ "hook-* exec-* call-* mount-* umount-* after-request-* on-* die-on-no-workers",
	  "heddle runs nothing at its start or end: let the service manager do it" },
	{ "cap* unshare* setns* cgroup* ns* privileged-* refork* pivot-* jail* namespace* "
	  "chroot chroot-* uid-* additional-gid add-gid initgroups binsh* nice-* "
	  "cpu-affinity wait-* flock* master-as-root limit-nproc prio",
	  "let the service manager do it" },
	{ "master-fifo", "heddle has signals, and an API: leave it out" },
	{ "multicast multicast-*", "write the group as the address of the subscription server" },
	{ "log-maxsize log-backupname log-truncate log-zero logfile-ch* log-format* log-4xx "
	  "log-5xx log-big log-slow log-sendfile log-ioerror log-drain log-filter log-route "
	  "log-* logger-* loggers-* logformat* worker-log*",
	  "heddle has one log, which HUP opens again: rotate it, and see `access_log` of "
	  "heddle.yaml" },
	{ "memory-report carbon* metric* prometheus* snmp* rrdtool* alarm*",
	  "heddle says what it does by --fastrouter-stats and its API: leave it out" },
	{ "so-keepalive", "heddle has TCP keep-alive on: leave it out" },
	{ "tcp-nodelay", "heddle has TCP_NODELAY on: leave it out" },
	{ "no-defer-accept", "heddle does not defer accepting: leave it out" },
	{ "socket-timeout so-timeout so-send-timeout so-write-timeout socket-send-timeout "
	  "socket-write-timeout z",
	  "--fastrouter-timeout is the timeout here" },
	{ "reuse-port", "worker processes share the listening sockets: leave it out" },
	{ "disable-sendfile", "heddle has no such switch: leave it out" },
	{ "max-fd", "heddle raises its limit of descriptors to the hard limit: set that" },
	{ "log-master threaded-logger log-reopen log-date logdate log-micros log-x-forwarded-for",
	  "heddle has one log, with the time in each line: leave it out" },
	{ "logger req-logger log-syslog log-socket syslog rsyslog",
	  "use `log` of heddle.yaml, which --print writes" },
	{ "safe-pidfile safe-pidfile2", "use --pidfile" },
	{ "stop reload pause connect-and-read extract",
	  "send the signal to the process that --pidfile names" },
	{ "immediate-uid", "use --uid" },
	{ "immediate-gid", "use --gid" },
};

/* Whole names come first: "log-4xx" is none of "log-*". */
static bool begins(struct slice name, const char *names)
{
	while (*names != '\0') {
		size_t len = strcspn(names, " ");

		if (names[len - 1] == '*' && name.len >= len - 1 &&
		    memcmp(name.data, names, len - 1) == 0)
			return true;
		names += len + strspn(names + len, " ");
	}
	return false;
}

const char *fastrouter_refused_why(struct slice name)
{
	for (size_t i = 0; i < COUNT(refusals); i++)
		if (slice_is_among(name, refusals[i].names))
			return refusals[i].why;
	for (size_t i = 0; i < COUNT(refusals); i++)
		if (begins(name, refusals[i].names))
			return refusals[i].why;
	return NULL;
}
