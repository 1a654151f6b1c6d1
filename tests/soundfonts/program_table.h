// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

/// What each General MIDI program is expected to do: the keys of its instrument and how its notes
/// begin and end.
namespace continuo::test {

enum class Shape
{
    Struck, ///< begins within 20 ms and dies away
    Held,   ///< begins within 60 ms and stays
    Bowed,  ///< begins in 20 to 200 ms and stays
    Blown,  ///< begins in 8 to 120 ms and stays
    Pad,    ///< begins within 700 ms and stays
    Mixed,  ///< a struck sound over a held one
    Effect, ///< anything that sounds
};

struct ExpectedProgram
{
    int number = 0;
    int low = 36;
    int high = 96;
    Shape shape = Shape::Held;
    bool isHarmonic = true; ///< its overtones are multiples of the fundamental
    double settleMs = 0.0;  ///< when its pitch has arrived, for drums that begin higher
};

inline constexpr std::array<ExpectedProgram, 128> kPrograms{{
    {0, 21, 108, Shape::Struck},
    {1, 21, 108, Shape::Struck},
    {2, 21, 108, Shape::Struck},
    {3, 21, 108, Shape::Struck},
    {4, 28, 100, Shape::Struck},
    {5, 28, 100, Shape::Struck},
    {6, 29, 89, Shape::Struck},
    {7, 29, 88, Shape::Struck},
    {8, 60, 108, Shape::Struck, false},
    {9, 72, 108, Shape::Struck, false},
    {10, 60, 96, Shape::Struck, false},
    {11, 53, 89, Shape::Struck},
    {12, 45, 96, Shape::Struck, false},
    {13, 65, 108, Shape::Struck, false},
    {14, 55, 79, Shape::Struck, false},
    {15, 48, 84, Shape::Struck},
    {16, 36, 96, Shape::Held},
    {17, 36, 96, Shape::Held},
    {18, 36, 96, Shape::Held},
    {19, 36, 96, Shape::Held},
    {20, 36, 84, Shape::Held},
    {21, 41, 93, Shape::Held},
    {22, 55, 93, Shape::Held},
    {23, 41, 93, Shape::Held},
    {24, 40, 84, Shape::Struck},
    {25, 40, 84, Shape::Struck},
    {26, 40, 86, Shape::Struck},
    {27, 40, 86, Shape::Struck},
    {28, 40, 84, Shape::Struck},
    {29, 40, 86, Shape::Held},
    {30, 40, 86, Shape::Held},
    {31, 52, 88, Shape::Struck},
    {32, 28, 60, Shape::Struck},
    {33, 28, 60, Shape::Struck},
    {34, 28, 60, Shape::Struck},
    {35, 28, 60, Shape::Struck},
    {36, 28, 60, Shape::Struck},
    {37, 28, 60, Shape::Struck},
    {38, 28, 60, Shape::Held},
    {39, 28, 60, Shape::Struck},
    {40, 55, 100, Shape::Bowed},
    {41, 48, 91, Shape::Bowed},
    {42, 36, 79, Shape::Bowed},
    {43, 28, 60, Shape::Bowed},
    {44, 28, 96, Shape::Bowed},
    {45, 28, 96, Shape::Struck},
    {46, 24, 103, Shape::Struck},
    {47, 36, 57, Shape::Struck, false},
    {48, 28, 96, Shape::Bowed},
    {49, 28, 96, Shape::Pad},
    {50, 28, 96, Shape::Bowed},
    {51, 36, 96, Shape::Pad},
    {52, 43, 79, Shape::Bowed},
    {53, 43, 79, Shape::Bowed},
    {54, 43, 84, Shape::Bowed},
    {55, 43, 77, Shape::Struck},
    {56, 54, 86, Shape::Blown},
    {57, 36, 75, Shape::Blown},
    {58, 29, 60, Shape::Blown},
    {59, 54, 86, Shape::Blown},
    {60, 34, 77, Shape::Blown},
    {61, 36, 91, Shape::Blown},
    {62, 36, 96, Shape::Held},
    {63, 36, 96, Shape::Blown},
    {64, 56, 88, Shape::Blown},
    {65, 49, 81, Shape::Blown},
    {66, 44, 76, Shape::Blown},
    {67, 36, 68, Shape::Blown},
    {68, 58, 91, Shape::Blown},
    {69, 52, 81, Shape::Blown},
    {70, 34, 74, Shape::Blown},
    {71, 50, 91, Shape::Blown},
    {72, 74, 108, Shape::Blown},
    {73, 60, 96, Shape::Blown},
    {74, 60, 91, Shape::Blown},
    {75, 60, 96, Shape::Blown},
    {76, 60, 96, Shape::Blown},
    {77, 55, 84, Shape::Blown},
    {78, 60, 96, Shape::Blown},
    {79, 60, 84, Shape::Blown},
    {80, 36, 96, Shape::Held},
    {81, 36, 96, Shape::Held},
    {82, 48, 96, Shape::Held},
    {83, 48, 96, Shape::Held},
    {84, 40, 96, Shape::Held},
    {85, 48, 84, Shape::Held},
    {86, 36, 96, Shape::Held, false},
    {87, 36, 96, Shape::Held},
    {88, 36, 96, Shape::Mixed},
    {89, 36, 96, Shape::Pad},
    {90, 36, 96, Shape::Held},
    {91, 43, 84, Shape::Pad},
    {92, 36, 96, Shape::Pad},
    {93, 36, 96, Shape::Pad, false},
    {94, 43, 84, Shape::Pad},
    {95, 36, 96, Shape::Pad},
    {96, 48, 96, Shape::Mixed, false},
    {97, 36, 96, Shape::Pad, false},
    {98, 60, 96, Shape::Struck, false},
    {99, 40, 84, Shape::Mixed},
    {100, 48, 96, Shape::Mixed, false},
    {101, 36, 96, Shape::Pad, false},
    {102, 36, 96, Shape::Struck, false},
    {103, 36, 96, Shape::Pad, false},
    {104, 48, 77, Shape::Struck},
    {105, 48, 84, Shape::Struck},
    {106, 50, 79, Shape::Struck},
    {107, 48, 84, Shape::Struck},
    {108, 48, 79, Shape::Struck, false},
    {109, 48, 84, Shape::Held},
    {110, 55, 96, Shape::Bowed},
    {111, 48, 84, Shape::Held},
    {112, 60, 96, Shape::Struck, false},
    {113, 60, 84, Shape::Struck, false},
    {114, 48, 84, Shape::Struck},
    {115, 60, 84, Shape::Struck, false},
    {116, 36, 60, Shape::Struck, false},
    {117, 36, 60, Shape::Struck, false, 160},
    {118, 36, 60, Shape::Struck, false, 160},
    {119, 60, 60, Shape::Effect, false},
    {120, 60, 60, Shape::Effect, false},
    {121, 60, 60, Shape::Effect, false},
    {122, 60, 60, Shape::Effect, false},
    {123, 60, 60, Shape::Effect, false},
    {124, 60, 60, Shape::Effect, false},
    {125, 60, 60, Shape::Effect, false},
    {126, 60, 60, Shape::Effect, false},
    {127, 60, 60, Shape::Effect, false},
}};

} // namespace continuo::test
