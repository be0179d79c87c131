#include "support/nginx.h"

#include "support/waiting.h"

#include <algorithm>
#include <charconv>
#include <csignal>
#include <stdexcept>
#include <unistd.h>

namespace claviger::test {
namespace {

constexpr std::string_view kProgram = CLAVIGER_NGINX;
constexpr std::string_view kModule = CLAVIGER_NGINX_MODULE;

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size())
    text.replace(at, what.size(), by);
}

std::string configuration_of(const NginxSettings& settings, const std::string& directory) {
  std::string text = "load_module " + std::string(kModule) + ";\n";
  // Workers must be able to write where this test can.
  if (geteuid() == 0) text += "user root;\n";
  text += settings.runs == NginxRuns::kAsDaemon ? "daemon on;\n" : "daemon off;\n";
  text += "pid {dir}/nginx.pid;\n";
  text += "worker_processes " + std::to_string(settings.workers) + ";\n";
  text += "error_log {dir}/error.log " + settings.error_level + ";\n";
  text += "events { worker_connections 512; }\nhttp {\naccess_log off;\n";
  for (const char* kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
    text += std::string(kind) + "_temp_path {dir}/" + kind + ";\n";
  text += settings.http + "\n}\n";
  replace_all(text, "{dir}", directory);
  return text;
}

std::vector<std::string> command_for(const TemporaryDirectory& directory) {
  return {std::string(kProgram), "-c", directory.file("nginx.conf"), "-p",
          directory.path(),      "-e", directory.file("error.log")};
}

}  // namespace

// The directory has its configuration before the process starts to read it.
Nginx::Nginx(const NginxSettings& settings)
    : process_((write_configuration(settings), command_for(directory_)), file("output")),
      master_(process_.pid()) {
  if (!starts(settings))
    throw std::runtime_error("nginx does not start: " + read_file(file("output")) + error_log());
}

bool Nginx::starts(const NginxSettings& settings) {
  const auto count = static_cast<std::size_t>(settings.workers);
  if (settings.runs == NginxRuns::kAsDaemon) {
    if (process_.wait() != 0) return false;
    master_ = master_in_charge();
  }
  return eventually([&] { return workers().size() >= count || !runs(master_); }) && runs(master_);
}

Nginx::~Nginx() {
  // SIGTERM: the master ends its workers before itself.
  for (const pid_t pid : {master_, master_in_charge()}) {
    if (pid == 0 || !runs(pid)) continue;
    ::kill(pid, SIGTERM);
    if (!eventually([&] { return !runs(pid); })) ::kill(pid, SIGKILL);
  }
}

pid_t Nginx::master_in_charge() const {
  const std::string text = read_file(file("nginx.pid"));
  pid_t pid = 0;
  std::from_chars(text.data(), text.data() + text.size(), pid);
  return pid;
}

Finished Nginx::check(const NginxSettings& settings) {
  const TemporaryDirectory directory;
  write_file(directory.file("nginx.conf"), configuration_of(settings, directory.path()));
  std::vector<std::string> command = command_for(directory);
  command.back() = "stderr";
  command.emplace_back("-t");
  return run(command);
}

void Nginx::write_configuration(const NginxSettings& settings) const {
  write_file(file("nginx.conf"), configuration_of(settings, directory_.path()));
}

std::vector<pid_t> Nginx::workers_of(pid_t master) {
  // A worker takes this title once it is set up, and another when it is to end.
  constexpr std::string_view kTitle = "nginx: worker process";
  std::vector<pid_t> workers = children_of(master);
  std::erase_if(workers, [&](pid_t pid) {
    const std::string title = read_file("/proc/" + std::to_string(pid) + "/cmdline");
    return title.substr(0, title.find('\0')) != kTitle;
  });
  return workers;
}

void Nginx::reload(const NginxSettings& settings) {
  const std::vector<pid_t> before = workers();
  write_configuration(settings);
  ::kill(master_, SIGHUP);
  const bool replaced = eventually([&] {
    const std::vector<pid_t> now = workers();
    return now.size() == static_cast<std::size_t>(settings.workers) &&
           std::ranges::none_of(now,
                                [&](pid_t pid) { return std::ranges::count(before, pid) != 0; });
  });
  if (!replaced) throw std::runtime_error("nginx does not reload: " + error_log());
}

void Nginx::stop() {
  ::kill(master_, SIGQUIT);
  if (!eventually([&] { return !runs(master_); }))
    throw std::runtime_error("nginx does not stop: " + error_log());
}

}  // namespace claviger::test
