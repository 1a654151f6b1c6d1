// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command_context.h"
#include "app/cli/commands.h"
#include "app/cli/read_score.h"

#ifdef CONTINUO_HAS_SOUND
#include "core/play/render_audio.h"
#endif

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace continuo::cli {
namespace {

struct Options
{
    std::string file{};
    std::string out{};
    std::string soundfont{};
    int rate = 48'000;
    double gain = 0.5;
    bool hasOrnaments = false;
    bool force = false;
};

#ifdef CONTINUO_HAS_SOUND

int render(const Options& options, const CommandContext& context)
{
    const auto read = readScore(options.file, options.hasOrnaments);
    if (!read)
        return context.fail(read.error());
    for (const std::string& remark : read->remarks)
        context.say(remark);
    RenderOptions how;
    how.soundfont = options.soundfont.empty() ? builtInSoundfont() : std::filesystem::path(options.soundfont);
    how.synthesizer.sampleRate = options.rate;
    how.synthesizer.gain = options.gain;
    how.overwrite = options.force ? Overwrite::Replace : Overwrite::Refuse;
    ProgressLine progress(context, "Rendering", "percent");
    const auto report =
        renderAudio(read->score, options.out, how, context.cancel,
                    [&](double done) { progress.show(static_cast<std::uint64_t>(done * 100), 100); });
    if (!report)
        return context.fail(report.error());
    if (context.isJson)
        context.print(nlohmann::ordered_json{{"file", readablePath(options.out)},
                                             {"seconds", report->seconds},
                                             {"peakDb", report->peakDb},
                                             {"rmsDb", report->rmsDb},
                                             {"realTimeFactor", report->realTimeFactor},
                                             {"loweredByDb", report->loweredByDb}});
    context.print(fmt::format("{}: {:.1f} s, peak {:.1f} dB, mean {:.1f} dB, made {:.0f} times faster than it plays",
                              options.out, report->seconds, report->peakDb, report->rmsDb, report->realTimeFactor));
    if (report->loweredByDb > 0)
        context.say(fmt::format("It was made {:.1f} dB quieter so that nothing clips.", report->loweredByDb));
    return 0;
}

#else

int render(const Options&, const CommandContext& context)
{
    return context.fail({ErrorKind::Failed, "sound.built-without",
                         "This program was built without sound (CONTINUO_SOUND=OFF). Build it with sound to render.", {}});
}

#endif

} // namespace

void addRenderCommand(CLI::App& app, CommandContext& context)
{
    auto options = std::make_shared<Options>();
    CLI::App* const command = app.add_subcommand("render", "Turn a MIDI or ABC file into sound (WAV or FLAC)");
    command->add_option("file", options->file, "The MIDI or ABC file")->required();
    command->add_option("--out", options->out, "The .wav or .flac file to write")->required();
    command->add_option("--soundfont", options->soundfont, "An .sf2 or .sf3 file instead of the built-in sound");
    command->add_option("--rate", options->rate, "Frames per second (default 48000)")->check(CLI::Range(8'000, 96'000));
    command->add_option("--gain", options->gain, "Loudness of the synthesizer (default 0.5); lowered where it would clip")
        ->check(CLI::Range(0.01, 10.0));
    addOrnamentsOption(*command, options->hasOrnaments);
    command->add_flag("--force", options->force, "Replace the file if it exists");
    context.addCommonOptions(*command);
    command->callback([options, &context] { context.exitCode = render(*options, context); });
}

} // namespace continuo::cli
