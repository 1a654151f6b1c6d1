// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel_token.h"
#include "core/base/file.h"
#include "core/base/result.h"

#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace continuo::cli {

/// What a running subcommand shares with the program around it: how to speak, how to be stopped,
/// how to end.
///
/// Results go to standard output, words and progress to standard error. With --json standard output
/// is JSON only.
class CommandContext
{
public:
    bool isJson = false;  ///< --json was given.
    bool isQuiet = false; ///< --quiet was given: no progress and no words but errors.
    int exitCode = 0;     ///< What the program ends with.
    CancelToken cancel{}; ///< Set by the first Ctrl+C; a second one ends the program at once.
    std::filesystem::path programPath{}; ///< This executable, for starting it again.

    /// Adds --json and --quiet to a subcommand.
    void addCommonOptions(CLI::App& command);

    /// A line of words on standard error, unless --quiet.
    void say(std::string_view line) const;
    /// A line for a person on standard output; nothing with --json, where print(json) speaks.
    void print(std::string_view line) const;
    /// The same; a JSON value can be made of any text, so that without these two a call would be
    /// ambiguous.
    void print(const std::string& line) const { print(std::string_view(line)); }
    void print(const char* line) const { print(std::string_view(line)); }
    /// One JSON object on one line of standard output, whatever --json says.
    void print(const nlohmann::ordered_json& object) const;

    /// Reports an error in words on standard error (with --json also as {"error": {id, text,
    /// arguments}} on standard output) and returns its exit code; the caller does `context.exitCode
    /// = context.fail(error)`.
    int fail(const Error& error) const;
    /// As fail(), for an end object that is printed all the same: adds the member "error" to
    /// `object` and prints it.
    int fail(const Error& error, nlohmann::ordered_json object) const;

    /// True where a moving progress line can be drawn: standard error is a terminal, no --quiet.
    bool showsProgress() const;
};

/// One progress line on a terminal, redrawn at most ten times a second, with percent, throughput
/// and time left.
class ProgressLine
{
public:
    /// `unit` in the plural: "files".
    ProgressLine(const CommandContext& context, std::string title, std::string unit);
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;
    ~ProgressLine(); ///< Ends the line.

    /// `total` 0 = unknown. `extra` is put behind: "41 rejected".
    void show(std::uint64_t done, std::uint64_t total, std::string_view extra = {});

private:
    const CommandContext& m_context;
    std::string m_title;
    std::string m_unit;
    std::chrono::steady_clock::time_point m_start;
    std::chrono::steady_clock::time_point m_shown{};
    bool m_isDrawn = false;
};

/// Adds --ornaments to a subcommand that reads ABC.
void addOrnamentsOption(CLI::App& command, bool& isAskedFor);

/// Where this program lies; empty where the system does not say.
std::filesystem::path folderOfProgram();

/// Where the bundled tunes, presets, models and the soundfont are: $CONTINUO_RESOURCES, else beside
/// the program
/// (<bin>/../share/continuo), else the source tree this program was built from.
std::filesystem::path resourceFolder();
/// The built-in soundfont: $CONTINUO_SOUNDFONT, else the one installed or built with this program;
/// empty if none.
std::filesystem::path builtInSoundfont();

} // namespace continuo::cli
