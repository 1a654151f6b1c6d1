// SPDX-License-Identifier: GPL-3.0-or-later
#include "soundfonts/generator/sf2_writer.h"

#include "soundfonts/generator/numeric.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <map>
#include <string_view>

namespace continuo::soundfont {

namespace {

/// Generator numbers of the SoundFont 2.04 specification, section 8.1.2.
enum class Generator : std::uint16_t
{
    StartOffset = 0,
    VibratoToPitch = 6,
    ModulationEnvelopeToPitch = 7,
    FilterCutoff = 8,
    FilterResonance = 9,
    ModulationEnvelopeToFilter = 11,
    TremoloToVolume = 13,
    ChorusSend = 15,
    ReverbSend = 16,
    Pan = 17,
    TremoloDelay = 21,
    TremoloFrequency = 22,
    VibratoDelay = 23,
    VibratoFrequency = 24,
    ModulationAttack = 26,
    ModulationDecay = 28,
    ModulationSustain = 29,
    VolumeDelay = 33,
    VolumeAttack = 34,
    VolumeHold = 35,
    VolumeDecay = 36,
    VolumeSustain = 37,
    VolumeRelease = 38,
    Instrument = 41,
    KeyRange = 43,
    VelocityRange = 44,
    Attenuation = 48,
    CoarseTune = 51,
    FineTune = 52,
    SampleId = 53,
    SampleModes = 54,
    ScaleTuning = 56,
    ExclusiveClass = 57,
    RootKey = 58,
};

/// FluidSynth, like the hardware the format was made for, hears 0.4 of the attenuation that is
/// written.
constexpr double kHeardAttenuation = 0.4;
constexpr int kFramesAfterSample = 46; // section 6.1
// Modulator sources, section 8.2.
constexpr std::uint16_t kVelocityLinearNegative = 0x0102;
constexpr std::uint16_t kKeyLinearBipolar = 0x0203;

class Bytes
{
public:
    void add8(int value) { m_bytes.push_back(static_cast<std::uint8_t>(value & 0xff)); }
    void add16(int value)
    {
        add8(value);
        add8(value >> 8);
    }
    void add32(std::uint32_t value)
    {
        add16(static_cast<int>(value & 0xffffU));
        add16(static_cast<int>(value >> 16));
    }
    void addTag(std::string_view tag)
    {
        for (const char c : tag)
            add8(c);
    }
    /// A name field of 20 bytes, filled with zeros.
    void addName(const std::string& name)
    {
        for (std::size_t i = 0; i < 20; ++i)
            add8(i < name.size() && i < 19 ? name[i] : 0);
    }
    void addAll(const Bytes& other)
    {
        m_bytes.insert(m_bytes.end(), other.m_bytes.begin(), other.m_bytes.end());
    }
    /// A RIFF chunk; its contents are brought to even length.
    void addChunk(std::string_view tag, const Bytes& contents)
    {
        addTag(tag);
        add32(static_cast<std::uint32_t>(contents.size()));
        addAll(contents);
        if (contents.size() % 2 != 0)
            add8(0);
    }
    void addText(std::string_view tag, const std::string& text)
    {
        Bytes contents;
        contents.addTag(text);
        contents.add8(0);
        if (contents.size() % 2 != 0)
            contents.add8(0);
        addChunk(tag, contents);
    }
    std::size_t size() const { return m_bytes.size(); }
    std::vector<std::uint8_t> taken() { return std::move(m_bytes); }

private:
    std::vector<std::uint8_t> m_bytes;
};

int rounded(double value)
{
    return static_cast<int>(std::floor(value + 0.5));
}

int timecents(double seconds)
{
    if (seconds <= 0.001)
        return -12000;
    return std::clamp(rounded(1200.0 * logarithm(seconds) / logarithm(2.0)), -12000, 8000);
}

/// Absolute cents: 0 = 8.176 Hz.
int absoluteCents(double hertz)
{
    return rounded(1200.0 * logarithm(hertz / 8.17579891564) / logarithm(2.0));
}

class GeneratorList
{
public:
    explicit GeneratorList(Bytes& out)
        : m_out(out)
    {
    }

    void add(Generator generator, int value)
    {
        m_out.add16(static_cast<int>(generator));
        m_out.add16(value);
    }
    void addUnless(Generator generator, int value, int usual)
    {
        if (value != usual)
            add(generator, value);
    }
    void addRange(Generator generator, int low, int high)
    {
        m_out.add16(static_cast<int>(generator));
        m_out.add8(low);
        m_out.add8(high);
    }

private:
    Bytes& m_out;
};

void addZone(const Zone& zone, int sampleId, Bytes& generators, Bytes& modulators)
{
    const Layer& layer = *zone.layer;
    GeneratorList list(generators);
    list.addRange(Generator::KeyRange, zone.lowKey, zone.highKey);
    if (layer.lowVelocity > 0 || layer.highVelocity < 127)
        list.addRange(Generator::VelocityRange, layer.lowVelocity, layer.highVelocity);

    list.addUnless(Generator::StartOffset, zone.startFrames(), 0);
    list.addUnless(Generator::VibratoToPitch, rounded(layer.vibrato.depth), 0);
    list.addUnless(Generator::ModulationEnvelopeToPitch, rounded(layer.pitchEnvelopeCents), 0);
    list.addUnless(Generator::FilterCutoff, std::min(13500, absoluteCents(zone.cutoff(127.0))),
                   13500);
    list.addUnless(Generator::FilterResonance, rounded(layer.filter.resonanceDb * 10.0), 0);
    list.addUnless(Generator::ModulationEnvelopeToFilter, rounded(layer.filter.envelopeCents), 0);
    list.addUnless(Generator::TremoloToVolume, rounded(layer.tremolo.depth * 10.0), 0);
    list.addUnless(Generator::ChorusSend, rounded(layer.chorus * 1000.0), 0);
    list.addUnless(Generator::ReverbSend, rounded(layer.reverb * 1000.0), 0);
    list.addUnless(Generator::Pan, rounded(layer.pan * 500.0), 0);
    if (layer.tremolo.depth != 0.0) {
        list.addUnless(Generator::TremoloDelay, timecents(layer.tremolo.delay), -12000);
        list.add(Generator::TremoloFrequency, absoluteCents(layer.tremolo.frequency));
    }
    if (layer.vibrato.depth != 0.0) {
        list.addUnless(Generator::VibratoDelay, timecents(layer.vibrato.delay), -12000);
        list.add(Generator::VibratoFrequency, absoluteCents(layer.vibrato.frequency));
    }
    if (layer.filter.envelopeCents != 0.0 || layer.pitchEnvelopeCents != 0.0) {
        list.addUnless(Generator::ModulationAttack, timecents(layer.filter.envelopeAttack), -12000);
        list.add(Generator::ModulationDecay, timecents(layer.filter.envelopeDecay));
        list.addUnless(Generator::ModulationSustain,
                       rounded(1000.0 * (1.0 - layer.filter.envelopeSustain)), 0);
    }
    const Envelope& envelope = layer.envelope;
    list.addUnless(Generator::VolumeDelay, timecents(envelope.delay), -12000);
    list.addUnless(Generator::VolumeAttack, timecents(envelope.attack), -12000);
    list.addUnless(Generator::VolumeHold, timecents(envelope.hold), -12000);
    const double rate = zone.decayRate();
    if (rate > 0.0) {
        list.add(Generator::VolumeDecay, timecents(100.0 / rate));
        list.add(Generator::VolumeSustain, std::min(1000, rounded(envelope.sustainDb * 10.0)));
    }
    list.addUnless(Generator::VolumeRelease, timecents(envelope.release), -12000);
    list.addUnless(Generator::Attenuation,
                   std::min(1440, rounded(zone.attenuationDb * 10.0 / kHeardAttenuation)), 0);
    list.addUnless(Generator::CoarseTune, layer.semitones, 0);
    list.addUnless(Generator::FineTune, rounded(layer.cents), 0);
    list.addUnless(Generator::SampleModes, zone.sample->isLooped() ? 1 : 0, 0);
    if (layer.fixedPitch)
        list.add(Generator::ScaleTuning, 0);
    list.addUnless(Generator::ExclusiveClass, layer.exclusiveClass, 0);
    list.addUnless(Generator::RootKey, layer.fixedPitch ? zone.sample->rootKey : layer.rootKey, -1);
    list.add(Generator::SampleId, sampleId);

    const auto addModulator = [&modulators](int source, Generator target, int amount) {
        if (amount == 0)
            return;
        modulators.add16(source);
        modulators.add16(static_cast<int>(target));
        modulators.add16(amount);
        modulators.add16(0);
        modulators.add16(0);
    };
    addModulator(kVelocityLinearNegative, Generator::FilterCutoff,
                 -rounded(layer.filter.velocityCents));
    addModulator(kKeyLinearBipolar, Generator::Pan, rounded(layer.keyPan * 500.0));
}

int entries(const Bytes& bytes, std::size_t entrySize)
{
    const std::size_t count = bytes.size() / entrySize;
    assert(count <= 0xffff);
    return static_cast<int>(count);
}

} // namespace

std::vector<std::uint8_t> soundfontBytes(const std::vector<Program>& programs,
                                         const std::vector<const Sample*>& samples,
                                         const std::string& title)
{
    Bytes version;
    version.add16(2);
    version.add16(4);
    Bytes info;
    info.addTag("INFO");
    info.addChunk("ifil", version);
    info.addText("isng", "EMU8000");
    info.addText("INAM", title);
    info.addText("IENG", "The Continuo authors");
    info.addText("ICOP", "GPL-3.0-or-later. Music made with it may be used without restriction.");
    info.addText("ICMT",
                 "Every sound is computed; nothing was recorded or taken from another soundfont.");
    info.addText("ISFT", "make_soundfont");

    Bytes frames;
    Bytes headers;
    std::map<const Sample*, int> sampleIds;
    for (const Sample* sample : samples) {
        const std::uint32_t start = static_cast<std::uint32_t>(frames.size() / 2);
        const auto length = static_cast<std::uint32_t>(sample->frames.size());
        for (const double value : sample->frames)
            frames.add16(std::clamp(rounded(value * 32767.0), -32767, 32767));
        for (int i = 0; i < kFramesAfterSample; ++i)
            frames.add16(0);
        sampleIds[sample] = static_cast<int>(sampleIds.size());
        headers.addName(sample->name);
        headers.add32(start);
        headers.add32(start + length);
        headers.add32(start +
                      (sample->isLooped() ? static_cast<std::uint32_t>(sample->loopStart) : 8));
        headers.add32(start + (sample->isLooped() ? static_cast<std::uint32_t>(sample->loopEnd)
                                                  : length - 8));
        headers.add32(static_cast<std::uint32_t>(sample->sampleRate));
        headers.add8(sample->rootKey);
        headers.add8(0); // the rate is bent so that no correction is needed
        headers.add16(0);
        headers.add16(1); // mono
    }
    headers.addName("EOS");
    for (int i = 0; i < 26; ++i)
        headers.add8(0);

    Bytes presets;
    Bytes presetBags;
    Bytes presetGenerators;
    Bytes instruments;
    Bytes instrumentBags;
    Bytes instrumentModulators;
    Bytes instrumentGenerators;
    for (const Program& program : programs) {
        presets.addName(program.name);
        presets.add16(program.number);
        presets.add16(program.bank);
        presets.add16(entries(presetBags, 4));
        for (int i = 0; i < 12; ++i)
            presets.add8(0);
        presetBags.add16(entries(presetGenerators, 4));
        presetBags.add16(0);
        GeneratorList(presetGenerators).add(Generator::Instrument, entries(instruments, 22));

        instruments.addName(program.name);
        instruments.add16(entries(instrumentBags, 4));
        for (const Zone& zone : program.zones) {
            instrumentBags.add16(entries(instrumentGenerators, 4));
            instrumentBags.add16(entries(instrumentModulators, 10));
            addZone(zone, sampleIds.at(zone.sample), instrumentGenerators, instrumentModulators);
        }
    }
    // Terminal records.
    presets.addName("EOP");
    presets.add16(0);
    presets.add16(0);
    presets.add16(entries(presetBags, 4));
    for (int i = 0; i < 12; ++i)
        presets.add8(0);
    presetBags.add16(entries(presetGenerators, 4));
    presetBags.add16(0);
    presetGenerators.add32(0);
    instruments.addName("EOI");
    instruments.add16(entries(instrumentBags, 4));
    instrumentBags.add16(entries(instrumentGenerators, 4));
    instrumentBags.add16(entries(instrumentModulators, 10));
    instrumentGenerators.add32(0);
    Bytes noModulators;
    for (Bytes* bytes : {&noModulators, &instrumentModulators})
        for (int i = 0; i < 10; ++i)
            bytes->add8(0);

    Bytes sampleList;
    sampleList.addTag("sdta");
    sampleList.addChunk("smpl", frames);
    Bytes articulation;
    articulation.addTag("pdta");
    articulation.addChunk("phdr", presets);
    articulation.addChunk("pbag", presetBags);
    articulation.addChunk("pmod", noModulators);
    articulation.addChunk("pgen", presetGenerators);
    articulation.addChunk("inst", instruments);
    articulation.addChunk("ibag", instrumentBags);
    articulation.addChunk("imod", instrumentModulators);
    articulation.addChunk("igen", instrumentGenerators);
    articulation.addChunk("shdr", headers);

    Bytes body;
    body.addTag("sfbk");
    body.addChunk("LIST", info);
    body.addChunk("LIST", sampleList);
    body.addChunk("LIST", articulation);
    Bytes file;
    file.addChunk("RIFF", body);
    return file.taken();
}

} // namespace continuo::soundfont
