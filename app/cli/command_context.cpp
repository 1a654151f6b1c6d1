// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command_context.h"

#include "core/protocol/envelope.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <cstdlib>
#include <system_error>

#ifdef _WIN32
#include <io.h>
#define isatty _isatty
#define fileno _fileno
#else
#include <unistd.h>
#endif

namespace continuo::cli {

using nlohmann::ordered_json;
namespace fs = std::filesystem;

namespace {

/// A reader who went away costs the line and nothing else: a training must not end because its
/// terminal did.
void writeLine(std::FILE* stream, std::string_view line)
{
    std::fwrite(line.data(), 1, line.size(), stream);
    std::fputc('\n', stream);
    if (std::fflush(stream) != 0)
        std::clearerr(stream);
}

} // namespace

void CommandContext::addCommonOptions(CLI::App& command)
{
    command.add_flag("--json", isJson, "Print the result as one JSON object on standard output");
    command.add_flag("--quiet", isQuiet, "No progress and no words on standard error but errors");
}

void CommandContext::say(std::string_view line) const
{
    if (!isQuiet)
        writeLine(stderr, line);
}

void CommandContext::print(std::string_view line) const
{
    if (!isJson)
        writeLine(stdout, line);
}

void CommandContext::print(const ordered_json& object) const
{
    writeLine(stdout, object.dump(-1, ' ', false, ordered_json::error_handler_t::replace));
}

int CommandContext::fail(const Error& error) const
{
    return fail(error, ordered_json::object());
}

int CommandContext::fail(const Error& error, ordered_json object) const
{
    writeLine(stderr, error.text);
    if (isJson) {
        object["error"] = toJson(error);
        print(object);
    }
    return codeOf(error.kind);
}

bool CommandContext::showsProgress() const
{
    return !isQuiet && isatty(fileno(stderr)) != 0;
}

ProgressLine::ProgressLine(const CommandContext& context, std::string title, std::string unit)
    : m_context(context)
    , m_title(std::move(title))
    , m_unit(std::move(unit))
    , m_start(std::chrono::steady_clock::now())
{
}

ProgressLine::~ProgressLine()
{
    if (m_isDrawn)
        writeLine(stderr, "");
}

void ProgressLine::show(std::uint64_t done, std::uint64_t total, std::string_view extra)
{
    if (!m_context.showsProgress())
        return;
    const auto now = std::chrono::steady_clock::now();
    if (m_isDrawn && done != total && now - m_shown < std::chrono::milliseconds(100))
        return;
    m_shown = now;
    m_isDrawn = true;
    const double seconds = std::chrono::duration<double>(now - m_start).count();
    const double rate = seconds > 0 ? static_cast<double>(done) / seconds : 0;
    std::string line =
        total > 0 ? fmt::format("\r{}: {} of {} {}, {:.0f} %", m_title, done, total, m_unit,
                                100.0 * static_cast<double>(done) / static_cast<double>(total))
                  : fmt::format("\r{}: {} {}", m_title, done, m_unit);
    if (rate > 0)
        line += fmt::format(", {:.0f} {}/s", rate, m_unit);
    if (rate > 0 && total > done) {
        const auto left = static_cast<std::int64_t>(static_cast<double>(total - done) / rate);
        line += fmt::format(", {}:{:02} left", left / 60, left % 60);
    }
    if (!extra.empty())
        line += fmt::format(", {}", extra);
    line += "\x1b[K";
    std::fwrite(line.data(), 1, line.size(), stderr);
    std::fflush(stderr);
}

void addOrnamentsOption(CLI::App& command, bool& isAskedFor)
{
    command.add_flag("--ornaments", isAskedFor,
                     "Play grace notes, trills, rolls, mordents and turns of ABC");
}

fs::path folderOfProgram()
{
    std::error_code failed;
    const fs::path program = fs::read_symlink("/proc/self/exe", failed);
    return failed ? fs::path{} : program.parent_path();
}

fs::path resourceFolder()
{
    if (const char* named = std::getenv("CONTINUO_RESOURCES"); named && *named)
        return named;
    std::error_code ignored;
    const fs::path installed = folderOfProgram() / ".." / "share" / "continuo";
    if (fs::is_directory(installed / "presets", ignored))
        return installed.lexically_normal();
    return CONTINUO_SOURCE_RESOURCES;
}

fs::path builtInSoundfont()
{
    if (const char* named = std::getenv("CONTINUO_SOUNDFONT"); named && *named)
        return named;
    std::error_code ignored;
    const fs::path bin = folderOfProgram();
    for (const fs::path& place : {bin / ".." / "share" / "continuo" / "soundfonts" / "continuo.sf2",
                                  bin / ".." / "share" / "soundfonts" / "continuo.sf2"})
        if (fs::is_regular_file(place, ignored))
            return place.lexically_normal();
    return {};
}

} // namespace continuo::cli
