<?php // Opens a workbook with PhpSpreadsheet, types into a cell, saves it: php in_php.php AUTOLOAD SOURCE MADE SHEET CELL TEXT
[, $autoload, $source, $made, $sheet, $cell, $text] = $argv;
require $autoload;

$book = PhpOffice\PhpSpreadsheet\IOFactory::load($source);
if ($text !== '') {
    $book->getSheetByName($sheet)->getCell($cell)->setValueExplicit($text, PhpOffice\PhpSpreadsheet\Cell\DataType::TYPE_STRING);
}
$kind = ucfirst(strtolower(pathinfo($made, PATHINFO_EXTENSION)));
$writer = PhpOffice\PhpSpreadsheet\IOFactory::createWriter($book, $kind);
$writer->setPreCalculateFormulas(false);
$writer->save($made);
