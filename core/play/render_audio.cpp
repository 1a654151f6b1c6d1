// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/play/render_audio.h"

#include "core/base/text.h"
#include "core/play/transport.h"

#include <sndfile.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <string>

namespace continuo {
namespace {

constexpr double kLongestTailSeconds = 10;
constexpr float kFullScale = 0.985F; // −0.13 dB: below it no decoder clips.
constexpr double kFloorDb = -200;

double decibels(double amplitude)
{
    return amplitude > 0 ? std::max(kFloorDb, 20 * std::log10(amplitude)) : kFloorDb;
}

/// Frames handed from the transport to the encoder at a time.
constexpr std::size_t kChunk = 1024;

/// An encoder of libsndfile that writes into a WholeFileWriter while the sound is made.
class SoundFile
{
public:
    SoundFile(WholeFileWriter& writer, int sampleRate, int format)
        : m_writer(writer)
    {
        SF_INFO info{};
        info.samplerate = sampleRate;
        info.channels = 2;
        info.format = SF_FORMAT_PCM_16 | format;
        SF_VIRTUAL_IO io{length, seek, read, write, tell};
        m_file = sf_open_virtual(&io, SFM_WRITE, &info, this);
    }
    SoundFile(const SoundFile&) = delete;
    SoundFile& operator=(const SoundFile&) = delete;
    ~SoundFile()
    {
        if (m_file)
            sf_close(m_file);
    }

    bool isOpen() const { return m_file != nullptr; }

    /// Both spans hold kChunk frames or less, −1..1; what is beyond is clipped.
    Status add(std::span<const float> left, std::span<const float> right)
    {
        for (std::size_t i = 0; i < left.size(); ++i) {
            m_samples[2 * i] = to16Bit(left[i]);
            m_samples[2 * i + 1] = to16Bit(right[i]);
        }
        const auto frames = static_cast<sf_count_t>(left.size());
        const bool isTaken = sf_writef_short(m_file, m_samples.data(), frames) == frames;
        return isTaken ? m_status : problem();
    }

    /// The header is right only afterwards.
    Status finish()
    {
        const bool isClosed = sf_close(std::exchange(m_file, nullptr)) == 0;
        return isClosed ? m_status : problem();
    }

private:
    static std::int16_t to16Bit(float sample)
    {
        // Rounded by cutting a number that is never negative, which compilers turn into vector
        // code.
        const float inRange = std::clamp(sample * 32768.0F, -32768.0F, 32767.0F);
        return static_cast<std::int16_t>(static_cast<int>(inRange + 32768.5F) - 32768);
    }

    /// What the file system said, or the encoder where it said nothing.
    Status problem() const
    {
        if (!m_status)
            return m_status;
        return Error{ErrorKind::Failed,
                     "sound.cannot-encode",
                     std::string("The sound could not be encoded: ") + sf_strerror(m_file) + ".",
                     {}};
    }

    static sf_count_t length(void* user) { return static_cast<SoundFile*>(user)->m_length; }
    static sf_count_t tell(void* user) { return static_cast<SoundFile*>(user)->m_position; }
    static sf_count_t read(void*, sf_count_t, void*)
    {
        return 0;
    } // Neither format reads what it has written.
    static sf_count_t seek(sf_count_t offset, int whence, void* user)
    {
        auto* const self = static_cast<SoundFile*>(user);
        const sf_count_t base = whence == SEEK_SET   ? 0
                                : whence == SEEK_CUR ? self->m_position
                                                     : self->m_length;
        return self->m_position = std::max<sf_count_t>(0, base + offset);
    }
    static sf_count_t write(const void* bytes, sf_count_t count, void* user)
    {
        auto* const self = static_cast<SoundFile*>(user);
        if (self->m_status)
            self->m_status = self->m_writer.writeAt(
                static_cast<std::uint64_t>(self->m_position),
                {static_cast<const std::uint8_t*>(bytes), static_cast<std::size_t>(count)});
        if (!self->m_status)
            return 0;
        self->m_position += count;
        self->m_length = std::max(self->m_length, self->m_position);
        return count;
    }

    WholeFileWriter& m_writer;
    SNDFILE* m_file = nullptr;
    sf_count_t m_position = 0;
    sf_count_t m_length = 0;
    Status m_status = ok();
    std::array<std::int16_t, 2 * kChunk> m_samples{};
};

struct Pass
{
    double peak = 0;
    double squares = 0;
    std::int64_t frames = 0;
};

/// Plays the plan to its end, handing every chunk to `take(left, right, peak so far)`, whose
/// failure ends it.
template <typename Take>
Result<Pass> playThrough(Transport& transport, const std::shared_ptr<const PlaybackPlan>& plan,
                         const CancelToken& cancel, const std::function<void(double)>& progress,
                         Take take)
{
    Pass pass;
    std::array<float, kChunk> left{};
    std::array<float, kChunk> right{};
    transport.setPlan(plan);
    transport.seek(0);
    transport.play();
    const auto longestTail = static_cast<std::int64_t>(kLongestTailSeconds * plan->sampleRate());
    bool isLast = false;
    while (!isLast) {
        if (cancel.isCancelled())
            return cancelledError();
        transport.process(left, right);
        pass.frames += std::ssize(left);
        // Reverb sounds on after the last voice, at most a fifth of a second above −90 dB with the
        // built-in room; the chunk in which everything is below that is the last.
        float chunkPeak = 0;
        for (std::size_t i = 0; i < left.size(); ++i) {
            chunkPeak = std::max({chunkPeak, std::abs(left[i]), std::abs(right[i])});
            pass.squares += double{left[i]} * left[i] + double{right[i]} * right[i];
        }
        pass.peak = std::max(pass.peak, double{chunkPeak});
        const bool isOver = !transport.isPlaying() && pass.frames > plan->length();
        isLast = isOver && ((transport.activeVoices() == 0 && chunkPeak < 3e-5F) ||
                            pass.frames > plan->length() + longestTail);
        if (isOver && isLast && chunkPeak >= 3e-5F) { // Cut after ten seconds: fade the last chunk.
            for (std::size_t i = 0; i < left.size(); ++i) {
                const float gain = 1.0F - static_cast<float>(i) / static_cast<float>(left.size());
                left[i] *= gain;
                right[i] *= gain;
            }
        }
        if (const Status taken = take(left, right, pass.peak); !taken)
            return taken.error();
        if (progress)
            progress(std::min(1.0, static_cast<double>(pass.frames) /
                                       static_cast<double>(plan->length() + 1)));
    }
    return pass;
}

} // namespace

Result<RenderReport> renderAudio(const Score& score, const std::filesystem::path& path,
                                 const RenderOptions& options, const CancelToken& cancel,
                                 const std::function<void(double)>& progress)
{
    const std::string ending = lowerCase(path.extension().string());
    if (ending != ".wav" && ending != ".flac")
        return Error{ErrorKind::Usage,
                     "sound.other-format",
                     "\"" + readablePath(path) +
                         "\" ends in neither .wav nor .flac, which are what can be written.",
                     {{"file", readablePath(path)}}};
    if (!score.hasNotes())
        return Error{ErrorKind::Refused,
                     "sound.nothing-to-play",
                     "There are no notes in it, so nothing would be heard.",
                     {}};
    auto writer = WholeFileWriter::open(path, options.overwrite);
    if (!writer)
        return writer.error();

    PlanOptions planOptions = options.plan;
    planOptions.sampleRate = options.synthesizer.sampleRate;
    const auto plan = std::make_shared<const PlaybackPlan>(score, planOptions);
    if (plan->length() > std::int64_t{24} * 3600 * planOptions.sampleRate)
        return Error{ErrorKind::Refused,
                     "sound.too-long",
                     "It would play for more than 24 hours. Cut the long silence out of it first.",
                     {}};

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

        if (attempt > 0) { // The file begins anew.
            writer = WholeFileWriter::open(path, options.overwrite);
            if (!writer)
                return writer.error();
        }
        SoundFile sound(*writer, planOptions.sampleRate,
                        ending == ".wav" ? SF_FORMAT_WAV : SF_FORMAT_FLAC);
        if (!sound.isOpen())
            return Error{ErrorKind::Failed,
                         "sound.cannot-encode",
                         std::string("libsndfile cannot write this format: ") +
                             sf_strerror(nullptr) + ".",
                         {}};
        const bool mayClip = attempt > 0;
        const auto start = std::chrono::steady_clock::now();
        const auto pass = playThrough(
            transport, plan, cancel, progress,
            [&](std::span<const float> left, std::span<const float> right, double peak) {
                // Of a pass that clips nothing is kept but its peak.
                return peak > kFullScale && !mayClip ? ok() : sound.add(left, right);
            });
        const Status finished = sound.finish();
        work += std::chrono::steady_clock::now() - start;
        if (!pass)
            return pass.error();
        if (pass->peak > kFullScale && !mayClip) {
            gain *= kFullScale / pass->peak;
            report.loweredByDb = decibels(pass->peak / kFullScale);
            continue;
        }
        if (!finished)
            return finished.error();
        if (const Status committed = writer->commit(); !committed)
            return committed.error();
        report.seconds = static_cast<double>(pass->frames) / planOptions.sampleRate;
        report.peakDb = decibels(std::min(1.0, pass->peak));
        report.rmsDb =
            decibels(std::sqrt(pass->squares / (2.0 * static_cast<double>(pass->frames))));
        report.realTimeFactor = report.seconds / std::max(1e-9, work.count());
        break;
    }
    return report;
}

} // namespace continuo
