// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command_context.h"
#include "app/cli/commands.h"
#include "app/cli/read_score.h"

#ifdef CONTINUO_HAS_SOUND
#include "core/play/audio_device.h"
#include "core/play/midi_ports.h"
#include "core/protocol/envelope.h"
#endif

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <memory>
#include <thread>

namespace continuo::cli {
namespace {

struct Options
{
    std::string file{};
    std::string soundfont{};
    std::string driver{};
    std::string midiPort{};
    double from = 0;
    bool loop = false;
    bool hasOrnaments = false;
    bool metronome = false;
};

#ifdef CONTINUO_HAS_SOUND

int play(const Options& options, const CommandContext& context)
{
    const auto read = readScore(options.file, options.hasOrnaments);
    if (!read)
        return context.fail(read.error());
    if (!read->score.hasNotes())
        return context.fail(
            {ErrorKind::Refused,
             "sound.nothing-to-play",
             "There are no notes in \"" + options.file + "\", so nothing would be heard.",
             {{"file", options.file}}});
    std::unique_ptr<MidiOutput> port;
    const AudioOptions output{.driver = options.driver};
    SynthesizerOptions sound;
    sound.sampleRate = sampleRateFor(output);
    if (!options.midiPort.empty()) {
        auto opened = MidiOutput::open(options.midiPort);
        if (!opened)
            return context.fail(opened.error());
        port = std::move(*opened);
        sound.gain = 0; // The port's instrument is the one to be heard.
    }
    auto synthesizer = Synthesizer::open(
        options.soundfont.empty() ? builtInSoundfont() : std::filesystem::path(options.soundfont),
        sound);
    if (!synthesizer)
        return context.fail(synthesizer.error());

    Transport transport(std::move(*synthesizer), port.get());
    const auto plan = std::make_shared<const PlaybackPlan>(
        read->score, PlanOptions{.sampleRate = sound.sampleRate});
    transport.setPlan(plan);
    transport.setMetronome(options.metronome);
    transport.seek(static_cast<std::int64_t>(options.from * sound.sampleRate));
    if (options.loop)
        transport.setLoop(LoopRange{0, plan->length()});
    const AudioDevice device(transport, sound.sampleRate, output);
    std::string silentBecause = device.silentBecause();
    if (!silentBecause.empty())
        context.say(silentBecause);
    transport.play();

    using namespace std::chrono_literals;
    const auto seconds = [&](std::int64_t frame) {
        return static_cast<double>(frame) / sound.sampleRate;
    };
    {
        ProgressLine progress(context, "Playing", "seconds");
        // The command to play is obeyed with the first block; until then nothing has ended.
        const auto begin = std::chrono::steady_clock::now();
        while (!context.cancel.isCancelled()) {
            std::this_thread::sleep_for(20ms);
            const bool hasBegun =
                transport.position() > 0 || std::chrono::steady_clock::now() - begin > 2s;
            if (hasBegun && !transport.isPlaying())
                break;
            if (std::string why = device.silentBecause(); why != silentBecause)
                context.say(silentBecause = std::move(why)); // A device that was lost meanwhile.
            progress.show(static_cast<std::uint64_t>(seconds(transport.position())),
                          static_cast<std::uint64_t>(seconds(plan->length())) + 1);
        }
    }
    transport.stop();
    for (int i = 0; i < 20 && transport.activeVoices() > 0; ++i)
        std::this_thread::sleep_for(20ms);
    if (port && !port->isConnected())
        context.say("The MIDI port \"" + options.midiPort +
                    "\" has gone; what was played last did not reach it.");
    const double position = seconds(transport.position());
    if (context.isJson)
        context.print(nlohmann::ordered_json{{"file", options.file},
                                             {"driver", device.driver()},
                                             {"silentBecause", device.silentBecause()},
                                             {"position", position}});
    return context.cancel.isCancelled() ? codeOf(ErrorKind::Cancelled) : 0;
}

#else

int play(const Options&, const CommandContext& context)
{
    return context.fail(
        {ErrorKind::Failed,
         "sound.built-without",
         "This program was built without sound (CONTINUO_SOUND=OFF). Build it with sound to play.",
         {}});
}

#endif

} // namespace

void addPlayCommand(CLI::App& app, CommandContext& context)
{
    auto options = std::make_shared<Options>();
    CLI::App* const command =
        app.add_subcommand("play", "Play a MIDI or ABC file until it ends or Ctrl+C");
    command->add_option("file", options->file, "The MIDI or ABC file")->required();
    command->add_option("--soundfont", options->soundfont,
                        "An .sf2 or .sf3 file instead of the built-in sound");
    command->add_option("--driver", options->driver,
                        "An audio driver of `continuo devices`, or null for none");
    command->add_option("--midi-port", options->midiPort,
                        "Send to this MIDI port instead (part of its name is enough)");
    command->add_option("--from", options->from, "Begin at this second")
        ->check(CLI::NonNegativeNumber);
    command->add_flag("--loop", options->loop, "Begin again at the end");
    command->add_flag("--metronome", options->metronome, "With a click on every beat");
    addOrnamentsOption(*command, options->hasOrnaments);
    context.addCommonOptions(*command);
    command->callback([options, &context] { context.exitCode = play(*options, context); });
}

} // namespace continuo::cli
