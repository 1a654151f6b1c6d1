// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/play/render_audio.h"

#include "core/base/text.h"
#include "core/play/transport.h"

#include <sndfile.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <optional>

namespace continuo {
namespace {

constexpr double kLongestTailSeconds = 10;
constexpr float kFullScale = 0.985F; // −0.13 dB: below it no decoder clips.
constexpr double kFloorDb = -200;

double decibels(double amplitude)
{
    return amplitude > 0 ? std::max(kFloorDb, 20 * std::log10(amplitude)) : kFloorDb;
}

/// libsndfile writing into a WholeFileWriter: what fails here fails in words, and nothing half is left.
struct SoundFile
{
    WholeFileWriter writer;
    sf_count_t position = 0;
    std::vector<std::uint8_t> bytes{}; ///< The file so far: encoders go back to fill in their header.
    SNDFILE* file = nullptr;

    ~SoundFile()
    {
        if (file)
            sf_close(file);
    }
};

sf_count_t fileLength(void* user)
{
    return static_cast<sf_count_t>(static_cast<SoundFile*>(user)->bytes.size());
}

sf_count_t seekFile(sf_count_t offset, int whence, void* user)
{
    auto* const sound = static_cast<SoundFile*>(user);
    const sf_count_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? sound->position : fileLength(user);
    return sound->position = std::max<sf_count_t>(0, base + offset);
}

sf_count_t readFromFile(void* data, sf_count_t count, void* user)
{
    auto* const sound = static_cast<SoundFile*>(user);
    const sf_count_t there = std::clamp<sf_count_t>(fileLength(user) - sound->position, 0, count);
    std::copy_n(sound->bytes.begin() + sound->position, there, static_cast<std::uint8_t*>(data));
    sound->position += there;
    return there;
}

sf_count_t writeToFile(const void* data, sf_count_t count, void* user)
{
    auto* const sound = static_cast<SoundFile*>(user);
    const auto end = static_cast<std::size_t>(sound->position + count);
    if (sound->bytes.size() < end)
        sound->bytes.resize(end);
    std::copy_n(static_cast<const std::uint8_t*>(data), count, sound->bytes.begin() + sound->position);
    sound->position += count;
    return count;
}

sf_count_t tellFile(void* user)
{
    return static_cast<SoundFile*>(user)->position;
}

struct Pass
{
    double peak = 0;
    double squares = 0;
    std::int64_t frames = 0;
};

/// Plays the plan to its end, handing every block to `take`; nothing when cancelled.
template <typename Take>
std::optional<Pass> playThrough(Transport& transport, const std::shared_ptr<const PlaybackPlan>& plan,
                                const CancelToken& cancel, const std::function<void(double)>& progress, Take take)
{
    Pass pass;
    std::array<float, 1024> left{};
    std::array<float, 1024> right{};
    transport.setPlan(plan);
    transport.seek(0);
    transport.play();
    const auto longestTail = static_cast<std::int64_t>(kLongestTailSeconds * plan->sampleRate());
    bool isLast = false;
    while (!isLast) {
        if (cancel.isCancelled())
            return std::nullopt;
        transport.process(left, right);
        pass.frames += std::ssize(left);
        // Reverb sounds on after the last voice, at most a fifth of a second above −90 dB with the built-in room; the
        // block in which everything is below that is the last.
        float blockPeak = 0;
        for (std::size_t i = 0; i < left.size(); ++i) {
            blockPeak = std::max({blockPeak, std::abs(left[i]), std::abs(right[i])});
            pass.squares += double{left[i]} * left[i] + double{right[i]} * right[i];
        }
        pass.peak = std::max(pass.peak, double{blockPeak});
        const bool isOver = !transport.isPlaying() && pass.frames > plan->length();
        isLast = isOver && ((transport.activeVoices() == 0 && blockPeak < 3e-5F) ||
                            pass.frames > plan->length() + longestTail);
        if (isOver && isLast && blockPeak >= 3e-5F) { // Cut after ten seconds: fade the last block.
            for (std::size_t i = 0; i < left.size(); ++i) {
                const float gain = 1.0F - static_cast<float>(i) / static_cast<float>(left.size());
                left[i] *= gain;
                right[i] *= gain;
            }
        }
        take(left, right);
        if (progress)
            progress(std::min(1.0, static_cast<double>(pass.frames) / static_cast<double>(plan->length() + 1)));
    }
    return pass;
}

} // namespace

Result<RenderReport> renderAudio(const Score& score, const std::filesystem::path& path, const RenderOptions& options,
                                 const CancelToken& cancel, const std::function<void(double)>& progress)
{
    const std::string ending = lowerCase(path.extension().string());
    if (ending != ".wav" && ending != ".flac")
        return Error{ErrorKind::Usage, "sound.other-format",
                     "\"" + readablePath(path) + "\" ends in neither .wav nor .flac, which are what can be written.",
                     {{"file", readablePath(path)}}};
    if (!score.hasNotes())
        return Error{ErrorKind::Refused, "sound.nothing-to-play", "There are no notes in it, so nothing would be heard.",
                     {}};
    auto writer = WholeFileWriter::open(path, options.overwrite);
    if (!writer)
        return writer.error();

    PlanOptions planOptions = options.plan;
    planOptions.sampleRate = options.synthesizer.sampleRate;
    const auto plan = std::make_shared<const PlaybackPlan>(score, planOptions);
    if (plan->length() > std::int64_t{24} * 3600 * planOptions.sampleRate)
        return Error{ErrorKind::Refused, "sound.too-long",
                     "It would play for more than 24 hours. Cut the long silence out of it first.", {}};

    RenderReport report;
    double gain = options.synthesizer.gain;
    std::chrono::duration<double> work{};
    for (int attempt = 0; attempt < 2; ++attempt) {
        SynthesizerOptions synthesizerOptions = options.synthesizer;
        synthesizerOptions.gain = gain;
        auto synthesizer = Synthesizer::open(options.soundfont, synthesizerOptions);
        if (!synthesizer)
            return synthesizer.error();
        Transport transport(std::move(*synthesizer));

        SF_INFO info{};
        info.samplerate = planOptions.sampleRate;
        info.channels = 2;
        info.format = SF_FORMAT_PCM_16 | (ending == ".wav" ? SF_FORMAT_WAV : SF_FORMAT_FLAC);
        SoundFile sound{std::move(*writer)};
        SF_VIRTUAL_IO io{fileLength, seekFile, readFromFile, writeToFile, tellFile};
        sound.file = sf_open_virtual(&io, SFM_WRITE, &info, &sound);
        if (!sound.file)
            return Error{ErrorKind::Failed, "sound.cannot-encode",
                         std::string("libsndfile cannot write this format: ") + sf_strerror(nullptr) + ".", {}};
        sf_command(sound.file, SFC_SET_CLIPPING, nullptr, SF_TRUE);

        std::vector<float> interleaved;
        const auto start = std::chrono::steady_clock::now();
        const auto pass =
            playThrough(transport, plan, cancel, progress, [&](std::span<const float> left, std::span<const float> right) {
                interleaved.resize(left.size() * 2);
                for (std::size_t i = 0; i < left.size(); ++i) {
                    interleaved[2 * i] = left[i];
                    interleaved[2 * i + 1] = right[i];
                }
                sf_writef_float(sound.file, interleaved.data(), std::ssize(left));
            });
        sf_close(std::exchange(sound.file, nullptr));
        work += std::chrono::steady_clock::now() - start;
        if (!pass)
            return cancelledError();
        if (pass->peak > kFullScale && attempt == 0) {
            gain *= kFullScale / pass->peak;
            report.loweredByDb = decibels(pass->peak / kFullScale);
            *writer = std::move(sound.writer);
            continue;
        }
        if (const Status written = sound.writer.write(sound.bytes); !written)
            return written.error();
        if (const Status committed = sound.writer.commit(); !committed)
            return committed.error();
        report.seconds = static_cast<double>(pass->frames) / planOptions.sampleRate;
        report.peakDb = decibels(std::min(1.0, pass->peak));
        report.rmsDb = decibels(std::sqrt(pass->squares / (2.0 * static_cast<double>(pass->frames))));
        report.realTimeFactor = report.seconds / std::max(1e-9, work.count());
        break;
    }
    return report;
}

} // namespace continuo
