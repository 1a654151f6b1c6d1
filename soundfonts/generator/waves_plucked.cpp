// SPDX-License-Identifier: GPL-3.0-or-later
#include "soundfonts/generator/waves.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

namespace continuo::soundfont {

namespace {

/// A plucked string, the way its modes answer to a pluck.
struct Pluck
{
    std::string name;
    double position = 0.2;      ///< where it is plucked, share of its length
    double pickup = 0.0;        ///< where a magnetic pickup hears it; 0 = heard by its body
    double slope = 1.0;         ///< amplitude falls as n to the minus this
    double brightness = 3000.0; ///< hertz, by which the overtones have fallen to 1/e
    double damping = 1.0;       ///< nepers per second, fundamental at key 60
    double highDamping = 0.4;   ///< nepers per second more for each kilohertz
    double slowShare = 0.35;
    double inharmonicity = 5e-5;
    double lead = 0.6;
    double loop = 0.25;
    double attack = 0.0015;
    double sampleRate = 28000;
    double ceiling = 10000;
    double body = 90.0; ///< hertz, below which the body does not radiate
    Knock knock;
};

Tone pluckTone(const Pluck& pluck, int root)
{
    Tone tone;
    tone.name = pluck.name + " " + std::to_string(root);
    tone.root = root;
    tone.sampleRate = pluck.sampleRate;
    tone.ceiling = pluck.ceiling;
    tone.lead = pluck.lead;
    tone.loop = pluck.loop;
    tone.attack = pluck.attack;
    tone.inharmonicity = pluck.inharmonicity;
    tone.amplitude = [pluck](double n, double f) {
        double value = 0.06 + std::abs(sineOfTurns(n * pluck.position / 2.0));
        if (pluck.pickup > 0.0)
            value *= 0.06 + std::abs(sineOfTurns(n * pluck.pickup / 2.0));
        return value * power(n, -pluck.slope) * exponential(-f / pluck.brightness) * f /
               (f + pluck.body);
    };
    const double fundamental = pluck.damping * power(2.0, (root - 60) / 24.0);
    const double ground = pluck.highDamping * keyToHertz(root) / 1000.0;
    tone.decay = [pluck, fundamental](double n, double f) {
        const double fast = fundamental * (1.0 + 0.006 * n * n) + pluck.highDamping * f / 1000.0;
        return Decay{1.5 * fast, 0.6 * fast, pluck.slowShare};
    };
    tone.envelopeDecay = 0.6 * (1.006 * fundamental + ground);
    tone.knock = pluck.knock;
    return tone;
}

Pluck electricPluck()
{
    Pluck pluck;
    pluck.name = "Electric guitar";
    pluck.position = 0.16;
    pluck.pickup = 0.27;
    pluck.slope = 0.25;
    pluck.brightness = 4600;
    pluck.damping = 0.9;
    pluck.highDamping = 0.5;
    pluck.body = 40;
    pluck.knock = {0.25, 2200, 2500, 200, 0.0005};
    return pluck;
}

Pluck bassPluck(const char* name)
{
    Pluck pluck;
    pluck.name = name;
    pluck.sampleRate = 20000;
    pluck.ceiling = 7000;
    pluck.position = 0.2;
    pluck.pickup = 0.15;
    pluck.slope = 0.75;
    pluck.brightness = 900;
    pluck.damping = 1.3;
    pluck.highDamping = 0.8;
    pluck.attack = 0.003;
    pluck.body = 20;
    pluck.lead = 0.6;
    pluck.loop = 0.2;
    return pluck;
}

} // namespace

WaveSet nylonGuitar()
{
    return waveSet({40, 46, 52, 58, 64, 70, 76, 83}, [](int root) {
        Pluck pluck;
        pluck.name = "Nylon guitar";
        pluck.position = 0.24;
        pluck.slope = 0.8;
        pluck.brightness = 3800;
        pluck.damping = 1.6;
        pluck.highDamping = 2.0;
        pluck.knock = {0.7, 420, 600, 90, 0.0008};
        Tone tone = pluckTone(pluck, root);
        const auto string = tone.amplitude;
        tone.amplitude = [string](double n, double f) {
            return string(n, f) * (1.0 + 1.2 * resonance(f, 110, 60) + 0.9 * resonance(f, 215, 90) +
                                   0.4 * resonance(f, 420, 150));
        };
        return renderTone(tone);
    });
}

WaveSet steelGuitar()
{
    return waveSet({40, 46, 52, 58, 64, 70, 76, 83}, [](int root) {
        Pluck pluck;
        pluck.name = "Steel guitar";
        pluck.position = 0.15;
        pluck.slope = 0.4;
        pluck.brightness = 4800;
        pluck.damping = 1.0;
        pluck.highDamping = 0.8;
        pluck.inharmonicity = 8e-5;
        pluck.sampleRate = 30000;
        pluck.ceiling = 11500;
        pluck.knock = {0.6, 2600, 3500, 160, 0.0006};
        Tone tone = pluckTone(pluck, root);
        const auto string = tone.amplitude;
        tone.amplitude = [string](double n, double f) {
            return string(n, f) * (1.0 + 0.9 * resonance(f, 105, 60) + 0.7 * resonance(f, 200, 90));
        };
        return renderTone(tone);
    });
}

WaveSet electricGuitar()
{
    return waveSet({40, 47, 54, 61, 68, 75, 83},
                   [](int root) { return renderTone(pluckTone(electricPluck(), root)); });
}

WaveSet mutedGuitar()
{
    return waveSet({42, 51, 60, 69, 78}, [](int root) {
        Pluck pluck = electricPluck();
        pluck.name = "Muted guitar";
        pluck.damping = 7.0;
        pluck.highDamping = 3.0;
        pluck.lead = 0.3;
        pluck.loop = 0.1;
        pluck.knock.level = 0.5;
        return renderTone(pluckTone(pluck, root));
    });
}

WaveSet overdrivenGuitar(bool distorted)
{
    return waveSet({42, 51, 60, 69, 79}, [distorted](int root) {
        Pluck pluck = electricPluck();
        pluck.name = distorted ? "Distorted" : "Overdriven";
        pluck.pickup = 0.25;
        pluck.slope = 0.5;
        pluck.sampleRate = 23000;
        pluck.damping = 0.35;
        pluck.highDamping = 0.2;
        pluck.loop = 0.5;
        pluck.lead = 0.25;
        Tone tone = pluckTone(pluck, root);
        tone.life = distorted ? 0.08 : 0.04;
        tone.envelopeDecay = distorted ? 0.12 : 0.3;
        tone.decay = [distorted](double n, double) {
            const double rate = distorted ? 0.12 + 0.02 * n : 0.3 + 0.1 * n;
            return Decay{rate, rate, 1.0};
        };
        return renderOverdriven(tone, distorted ? 6.0 : 1.8, distorted ? 5200.0 : 5600.0);
    });
}

WaveSet guitarHarmonics()
{
    return waveSet({55, 65, 75, 85}, [](int root) {
        Pluck pluck;
        pluck.name = "Harmonics";
        pluck.position = 0.4;
        pluck.slope = 1.1;
        pluck.brightness = 5000;
        pluck.damping = 0.9;
        pluck.highDamping = 0.5;
        pluck.lead = 0.6;
        pluck.loop = 0.3;
        pluck.knock = {0.5, 1500, 2000, 140, 0.0005};
        return renderTone(pluckTone(pluck, root));
    });
}

WaveSet acousticBass()
{
    return waveSet({27, 33, 39, 45, 51, 58}, [](int root) {
        Pluck pluck = bassPluck("Acoustic bass");
        pluck.pickup = 0.0;
        pluck.position = 0.3;
        pluck.slope = 0.95;
        pluck.brightness = 700;
        pluck.damping = 1.9;
        pluck.highDamping = 1.6;
        pluck.attack = 0.006;
        pluck.body = 40;
        pluck.knock = {0.5, 300, 500, 80, 0.002};
        return renderTone(pluckTone(pluck, root));
    });
}

WaveSet electricBass(bool picked)
{
    return waveSet({27, 33, 39, 45, 51, 58}, [picked](int root) {
        Pluck pluck = bassPluck(picked ? "Picked bass" : "Finger bass");
        if (picked) {
            pluck.position = 0.1;
            pluck.brightness = 1500;
            pluck.slope = 0.55;
            pluck.attack = 0.0015;
            pluck.knock = {0.5, 1800, 2000, 150, 0.0006};
        } else {
            pluck.knock = {0.3, 500, 700, 120, 0.002};
        }
        return renderTone(pluckTone(pluck, root));
    });
}

WaveSet fretlessBass()
{
    return waveSet({28, 35, 42, 49, 57}, [](int root) {
        Pluck pluck = bassPluck("Fretless bass");
        pluck.brightness = 1000;
        pluck.slope = 0.85;
        pluck.damping = 1.0;
        pluck.attack = 0.012;
        Tone tone = pluckTone(pluck, root);
        tone.attackPerPartial = 0.006; // the string buzzes on the fingerboard after the pluck
        return renderTone(tone);
    });
}

WaveSet slapBass()
{
    return waveSet({27, 33, 39, 45, 51, 58}, [](int root) {
        Pluck pluck = bassPluck("Slap bass");
        pluck.sampleRate = 26000;
        pluck.ceiling = 9500;
        pluck.position = 0.07;
        pluck.pickup = 0.1;
        pluck.slope = 0.35;
        pluck.brightness = 2600;
        pluck.highDamping = 1.1;
        pluck.attack = 0.0008;
        pluck.knock = {1.2, 2800, 3500, 110, 0.0004};
        return renderTone(pluckTone(pluck, root));
    });
}

WaveSet harp()
{
    return waveSet({28, 36, 44, 52, 60, 68, 76, 84, 93}, [](int root) {
        Pluck pluck;
        pluck.name = "Harp";
        pluck.position = 0.42;
        pluck.slope = 1.25;
        pluck.brightness = 2500;
        pluck.damping = 1.6;
        pluck.highDamping = 0.7;
        pluck.sampleRate = 24000;
        pluck.ceiling = 9000;
        pluck.lead = 0.55;
        pluck.body = 60;
        pluck.knock = {0.35, 500, 600, 120, 0.001};
        return renderTone(pluckTone(pluck, root));
    });
}

WaveSet pizzicato()
{
    return waveSet({34, 42, 50, 58, 66, 74, 82, 91}, [](int root) {
        Pluck pluck;
        pluck.name = "Pizzicato";
        pluck.position = 0.25;
        pluck.slope = 1.1;
        pluck.brightness = 1600;
        pluck.damping = 5.0;
        pluck.highDamping = 2.5;
        pluck.lead = 0.4;
        pluck.loop = 0.15;
        pluck.knock = {0.7, 450, 700, 90, 0.0015};
        Tone tone = pluckTone(pluck, root);
        tone.voices = 3;
        tone.detuneCents = 6.0;
        return renderTone(tone);
    });
}

WaveSet sitar()
{
    return waveSet({47, 55, 63, 71, 79}, [](int root) {
        Pluck pluck;
        pluck.name = "Sitar";
        pluck.position = 0.1;
        pluck.slope = 0.4;
        pluck.brightness = 3200;
        pluck.damping = 1.0;
        pluck.highDamping = 0.18;
        pluck.lead = 0.8;
        pluck.loop = 0.35;
        pluck.knock = {0.5, 1800, 2000, 120, 0.0006};
        Tone tone = pluckTone(pluck, root);
        // The flat bridge feeds the overtones: each blooms after the one below it.
        tone.attackPerPartial = 0.012;
        tone.life = 0.15;
        const auto string = tone.amplitude;
        tone.amplitude = [string](double n, double f) {
            return string(n, f) * (0.5 + 1.8 * resonance(n, 9.0, 10.0));
        };
        return renderTone(tone);
    });
}

WaveSet banjo()
{
    return waveSet({51, 58, 65, 72, 80}, [](int root) {
        Pluck pluck;
        pluck.name = "Banjo";
        pluck.position = 0.12;
        pluck.slope = 0.35;
        pluck.brightness = 2400;
        pluck.damping = 2.6;
        pluck.highDamping = 0.9;
        pluck.lead = 0.5;
        pluck.loop = 0.15;
        pluck.body = 300;
        pluck.knock = {1.0, 900, 900, 70, 0.0005};
        return renderTone(pluckTone(pluck, root));
    });
}

WaveSet shamisen()
{
    return waveSet({50, 57, 64, 71, 78}, [](int root) {
        Pluck pluck;
        pluck.name = "Shamisen";
        pluck.position = 0.08;
        pluck.slope = 0.35;
        pluck.brightness = 2100;
        pluck.damping = 3.2;
        pluck.highDamping = 1.1;
        pluck.lead = 0.5;
        pluck.loop = 0.15;
        pluck.body = 250;
        pluck.knock = {1.6, 700, 900, 60, 0.0004};
        return renderTone(pluckTone(pluck, root));
    });
}

WaveSet koto()
{
    return waveSet({51, 59, 67, 75, 83}, [](int root) {
        Pluck pluck;
        pluck.name = "Koto";
        pluck.position = 0.07;
        pluck.slope = 0.6;
        pluck.brightness = 3000;
        pluck.damping = 1.8;
        pluck.highDamping = 0.7;
        pluck.knock = {0.8, 1500, 2000, 110, 0.0004};
        return renderTone(pluckTone(pluck, root));
    });
}

} // namespace continuo::soundfont
