// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "core/picture/palette.h"

#include <algorithm>
#include <cmath>
#include <vector>

using namespace continuo;

namespace {

/// Relative luminance as WCAG 2 defines it.
double luminance(Colour colour)
{
    const auto linear = [](std::uint8_t value) {
        const double c = value / 255.0;
        return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(colour.red) + 0.7152 * linear(colour.green) + 0.0722 * linear(colour.blue);
}

double contrast(Colour a, Colour b)
{
    const auto [dark, bright] = std::minmax({luminance(a), luminance(b)});
    return (bright + 0.05) / (dark + 0.05);
}

} // namespace

class TestPalette final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void textStandsOutFromItsGround();
    void notesAndCurvesStandOutFromTheirGround();
    void alternativesCycle();
};

void TestPalette::textStandsOutFromItsGround()
{
    const Palette& palette = lightPalette();
    for (const Colour ground : {palette.panel, palette.window})
        for (const Colour text : {palette.text, palette.muted, palette.training, palette.heldOut, palette.alternative(1),
                                  palette.alternative(3), palette.accent})
            QVERIFY2(contrast(text, ground) >= 4.5, std::to_string(contrast(text, ground)).c_str());
}

void TestPalette::notesAndCurvesStandOutFromTheirGround()
{
    const Palette& palette = lightPalette();
    for (const Colour ground : {palette.rollRow, palette.rollBlackKeyRow, palette.rollTonicRow}) {
        QVERIFY(contrast(palette.accent, ground) >= 3);
        for (const Colour& alternative : palette.alternatives)
            QVERIFY(contrast(alternative, ground) >= 3);
    }
}

void TestPalette::alternativesCycle()
{
    const Palette& palette = lightPalette();
    QCOMPARE(palette.alternative(5), palette.alternative(1));
    for (std::size_t i = 1; i < palette.alternatives.size(); ++i)
        QVERIFY(palette.alternative(i) != palette.alternative(i - 1));
}

QTEST_APPLESS_MAIN(TestPalette)
#include "tst_palette.moc"
