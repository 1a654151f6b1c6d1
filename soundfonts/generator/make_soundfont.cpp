// SPDX-License-Identifier: GPL-3.0-or-later
#include "soundfonts/generator/audition.h"
#include "soundfonts/generator/general_midi.h"
#include "soundfonts/generator/sf2_writer.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <vector>

using namespace continuo::soundfont;

namespace {

constexpr double kTargetDb =
    -17.5; // loudness of a full-velocity note, K-weighted, relative to full scale

bool write(const std::filesystem::path& path, const std::vector<std::uint8_t>& bytes)
{
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    file.close();
    return file.good();
}

/// Names the samples that would be cut off at full scale.
bool fitsFullScale(const std::vector<Sample*>& samples)
{
    bool fits = true;
    for (const Sample* sample : samples) {
        double peak = 0.0;
        for (const double value : sample->frames)
            peak = std::max(peak, std::abs(value));
        if (peak > 1.0) {
            std::fprintf(stderr, "make_soundfont: sample \"%s\" is %.1f dB above full scale.\n",
                         sample->name.c_str(), gainToDecibels(peak));
            fits = false;
        }
    }
    return fits;
}

} // namespace

int main(int argc, char** argv)
{
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    if (arguments.size() == 1 && (arguments[0] == "--help" || arguments[0] == "-h")) {
        std::puts("make_soundfont OUT.sf2\n\nComputes Continuo's General MIDI soundfont and writes "
                  "it to OUT.sf2.\n"
                  "The same program writes the same bytes on every machine.");
        return 0;
    }
    if (arguments.size() != 1 || arguments[0].empty() || arguments[0][0] == '-') {
        std::fputs(
            "make_soundfont: expected one argument, the file to write, such as \"continuo.sf2\". "
            "Try make_soundfont --help.\n",
            stderr);
        return 2;
    }

    WaveLibrary library;
    std::vector<Program> programs = generalMidiPrograms(library);
    const std::vector<Sample*> samples = library.samples();
    calibrate(programs, samples, kTargetDb);
    if (!fitsFullScale(samples))
        return 1;

    const std::vector<const Sample*> readable(samples.begin(), samples.end());
    const std::vector<std::uint8_t> bytes =
        soundfontBytes(programs, readable, "Continuo General MIDI");
    const std::filesystem::path out(arguments[0]);
    std::filesystem::path part = out;
    part += ".part";
    std::error_code error;
    if (!write(part, bytes)) {
        std::filesystem::remove(part, error);
        std::fprintf(
            stderr,
            "make_soundfont: could not write \"%s\". Is the folder there, writable and not full?\n",
            part.string().c_str());
        return 1;
    }
    std::filesystem::rename(part, out, error);
    if (error) {
        std::fprintf(stderr,
                     "make_soundfont: could not put the finished file in place at \"%s\": %s.\n",
                     out.string().c_str(), error.message().c_str());
        return 1;
    }
    return 0;
}
